import type { Asked } from "@custody/domain";
import { canonical, sha256 } from "./canonical.ts";

/**
 * What an approval is bound to, as one digest: exact bytes and values, in order; who asked, where, as which role, under
 * which settings, about which objects, and under which policy. Whatever differs in one of them was not approved.
 *
 * What it would do is not part of it: the same act may do less when it is done. It is held to that when it runs.
 */
export function bindingOf({ actions, circumstances, decision, held, isInTransaction }: Asked): string {
  const { session, target } = held;
  const { database = "", environment, identity = "", kind, name, user = "" } = target;
  return sha256(
    canonical({
      circumstances,
      isInTransaction,
      policy: decision.policy,
      session: session.id,
      statements: actions.map(({ statement }) => ({
        bytes: statement?.bytes ?? "",
        digest: statement?.digest ?? "",
        parameters: statement?.parameters ?? [],
        protocol: statement?.protocol ?? "",
      })),
      target: { database, environment, identity, kind, name, user },
    }),
  );
}

import type { SessionIdentity, Target } from "@custody/domain";
import { CaptureError } from "../error.ts";
import type { ConnectionContext } from "./context.ts";
import { describeServer, type ServerIdentity } from "./server-identity.ts";

/** An agent that has signed in, and the server that answers for its target now. */
export interface TargetUse {
  readonly target: Target;
  readonly identity: ServerIdentity;
  readonly session: SessionIdentity;
  /** The connection's id, as its records have it. */
  readonly connection: string;
  /** The agent's. */
  readonly address: string;
  /** Where Custody connected to, `host:port`. */
  readonly upstream: string;
}

/**
 * - `same`: it is the server that the target is held to.
 * - `first`: the target had none; from now on it has this one.
 * - `renewed`: it is another one, and may be: the target is held to this one from now on.
 * - `other`: it is another one. Nothing may reach it.
 */
export type PinVerdict =
  | { readonly verdict: "same" | "first" | "renewed" }
  | { readonly verdict: "other"; readonly pinned: ServerIdentity };

/** Holds each target, by its name, to the server that it was first used with. */
export interface TargetPins {
  /**
   * Asked on every connection, before the agent is let in. What is new is on record, and durable, when it resolves. May be
   * asked about one target by many connections at once.
   *
   * Rejects with whatever the ledger says when it cannot record.
   */
  check(use: TargetUse): Promise<PinVerdict>;
}

/** Lets only the server through that the target is held to. @throws CaptureError TARGET_CHANGED */
export async function holdToPin(
  pins: TargetPins,
  { connection, session, target }: ConnectionContext,
  found: Pick<TargetUse, "address" | "identity" | "upstream">,
): Promise<void> {
  const verdict = await pins.check({ ...found, connection, session, target });
  if (verdict.verdict !== "other") return;
  const { name } = target;
  throw new CaptureError(
    "TARGET_CHANGED",
    `another server answers for ${name}: expected ${describeServer(verdict.pinned)}, and ${found.upstream} is ` +
      `${describeServer(found.identity)}. Nothing was forwarded. If this is meant, a person says so with: ` +
      `custody target pin ${name}`,
  );
}

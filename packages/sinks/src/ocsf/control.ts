import type { AuditRecord } from "@custody/domain";
import { present } from "../present.ts";
import type { Fields } from "./mapping.ts";

/** The profile `security_control`: what policy said. Only an answer that is yes or no has an action of its own. */
export function controlOf({ decision }: AuditRecord): Fields | undefined {
  if (decision === undefined) return undefined;
  const policy = present({
    desc: decision.reasons.join("; "),
    name: decision.rule || "unknown",
    uid: decision.policy,
  });
  if (decision.effect === "allow")
    return { action: "Allowed", action_id: 1, disposition: "Allowed", disposition_id: 1, policy };
  if (decision.effect === "deny")
    return { action: "Denied", action_id: 2, disposition: "Blocked", disposition_id: 2, policy };
  return { action: decision.effect, action_id: 99, disposition: decision.effect, disposition_id: 99, policy };
}

import type { AuditRecord } from "@custody/domain";
import { present } from "../present.ts";
import type { Fields } from "./mapping.ts";

/** The human is the user, the agent the application that acts for them. The base event has no `actor`. */
export function actorOf(record: AuditRecord): Fields {
  const { agent, service } = record.actor;
  return present({
    app_name: agent?.name || service || "unknown",
    app_uid: agent?.instance,
    session: record.session === undefined ? undefined : { uid: record.session },
    user: userOf(record),
  });
}

export function userOf({ actor: { human } }: AuditRecord): Fields | undefined {
  return human && present({ name: human.name || "unknown", type: "User", type_id: 1, uid: human.id });
}

/** The profile `ai_operation`. The model goes without its provider, which `ai_model` would demand, into `unmapped`. */
export function agentOf({ actor: { agent } }: AuditRecord): Fields | undefined {
  if (agent === undefined) return undefined;
  const { instance, name, version } = agent;
  return present({ instance_uid: instance, name: name || "unknown", uid: instance, version });
}

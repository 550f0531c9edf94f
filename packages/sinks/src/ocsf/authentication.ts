import type { AuditRecord } from "@custody/domain";
import { detailText } from "../details.ts";
import { present } from "../present.ts";
import { userOf } from "./actor.ts";
import { sourceEndpoint, targetEndpoint } from "./endpoint.ts";
import type { Mapping } from "./mapping.ts";

/** An agent's connection, from sign-in to its end: Authentication, 3002. */
export function authentication(record: AuditRecord): Mapping {
  const isBeginning = /\.(opened|refused)$/.test(record.type);
  const { session, target } = record;
  const fields = present({
    auth_protocol: "SCRAM",
    auth_protocol_id: 99,
    dst_endpoint: targetEndpoint(record),
    is_remote: true,
    service: { name: target?.name ?? "unknown" },
    session: session === undefined ? undefined : { is_remote: true, uid: session },
    src_endpoint: sourceEndpoint(record),
    status_code: detailText(record, "code"),
    status_detail: detailText(record, "message"),
    user: userOf(record) ?? { name: record.actor.agent?.name || "unknown", type_id: 4 },
  });
  const activity = isBeginning ? { id: 1, name: "Logon" } : { id: 2, name: "Logoff" };
  return { activity, category: 3, fields, name: "Authentication", uid: 3002 };
}

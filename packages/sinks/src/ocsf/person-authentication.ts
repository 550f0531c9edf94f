import type { AuditRecord } from "@custody/domain";
import { detailText } from "../details.ts";
import { present } from "../present.ts";
import { userOf } from "./actor.ts";
import { sourceEndpoint } from "./endpoint.ts";
import type { Mapping } from "./mapping.ts";

/** A person who signs in to Custody itself, or does not get in: Authentication, 3002. */
export function personAuthentication(record: AuditRecord): Mapping {
  const isLeaving = record.type === "user.signed-out";
  const session = detailText(record, "session");
  const name = detailText(record, "name") ?? "unknown";
  const fields = present({
    auth_protocol: detailText(record, "method") ?? "password",
    auth_protocol_id: 99,
    service: { name: "custody" },
    session: session === undefined ? undefined : { uid: session },
    src_endpoint: sourceEndpoint(record),
    user: userOf(record) ?? { name, type_id: 0 },
  });
  const activity = isLeaving ? { id: 2, name: "Logoff" } : { id: 1, name: "Logon" };
  return { activity, category: 3, fields, name: "Authentication", uid: 3002 };
}

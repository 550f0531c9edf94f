import type { AuditRecord, Level } from "@custody/domain";
import { escapeText, render } from "@custody/messages";
import type { SinkEntry } from "../entry.ts";
import { present } from "../present.ts";
import { actorOf, agentOf } from "./actor.ts";
import { attestationOf } from "./attestation.ts";
import { classOf } from "./class.ts";
import { controlOf } from "./control.ts";
import type { Fields } from "./mapping.ts";
import { metadataOf } from "./metadata.ts";
import { statusOf } from "./status.ts";
import { unmappedOf } from "./unmapped.ts";

/** One record as an OCSF event of the class that fits it best. */
export function ocsfEvent(entry: SinkEntry): Fields {
  const { record } = entry;
  const { activity, category, uid, name, fields } = classOf(record);
  const control = controlOf(record);
  // The base event alone has no place for who acted.
  const agent = uid === 0 ? undefined : agentOf(record);
  return present({
    activity_id: activity.id,
    activity_name: activity.name,
    category_uid: category,
    class_name: name,
    class_uid: uid,
    type_uid: uid * 100 + activity.id,
    time: Date.parse(record.time),
    ...severities[record.level],
    ...statusOf(record),
    message: escapeText(render(record.message.key, record.message.params)),
    metadata: metadataOf(entry, [
      "host",
      "record_integrity",
      ...(agent === undefined ? [] : ["ai_operation"]),
      ...(control === undefined ? [] : ["security_control"]),
    ]),
    actor: actorOf(record),
    ai_agent: agent,
    device: { hostname: record.location.host || "unknown", type_id: 0 },
    ...control,
    ...fields,
    attestation_list: [attestationOf(entry)],
    unmapped: unmappedOf(record),
  });
}

const severities: Readonly<Record<Level, Fields>> = {
  critical: { severity: "Critical", severity_id: 5 },
  debug: { severity: "Informational", severity_id: 1 },
  error: { severity: "High", severity_id: 4 },
  info: { severity: "Informational", severity_id: 1 },
  warning: { severity: "Medium", severity_id: 3 },
} satisfies Record<AuditRecord["level"], Fields>;

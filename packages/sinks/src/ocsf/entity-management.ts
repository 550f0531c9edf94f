import type { AuditRecord } from "@custody/domain";
import { detailText } from "../details.ts";
import { present } from "../present.ts";
import { sourceEndpoint } from "./endpoint.ts";
import type { Activity, Fields, Mapping } from "./mapping.ts";

/** What Custody keeps or puts in force: Entity Management, 3004. */
function entityManagement(record: AuditRecord, activity: Activity, entity: Fields): Mapping {
  const fields = { entity: present(entity), src_endpoint: sourceEndpoint(record) };
  return { activity, category: 3, fields, name: "Entity Management", uid: 3004 };
}

const CREATE: Activity = { id: 1, name: "Create" };

/** The session is what an agent may connect with; signing in comes later, and is an event of its own. */
export function sessionStarted(record: AuditRecord): Mapping {
  return entityManagement(record, CREATE, sessionOf(record, record.actor.agent?.name));
}

/** Whoever ended it may be another than the agent, so the agent's name stands in the message. */
export function sessionEnded(record: AuditRecord): Mapping {
  return entityManagement(record, DELETE, sessionOf(record, String(record.message.params["agent"] ?? "")));
}

function sessionOf({ session }: AuditRecord, name: string | undefined): Fields {
  return { name: name || "unknown", type: "Session", type_id: 99, uid: session };
}

export function policyLoaded(record: AuditRecord): Mapping {
  const name = detailText(record, "origin") ?? "policy";
  const uid = detailText(record, "digest");
  return entityManagement(
    record,
    { id: 10, name: "Activate" },
    {
      name,
      policy: present({ is_applied: true, name, uid }),
      type: "Policy",
      type_id: 5,
      uid,
    },
  );
}

export function keyCreated(record: AuditRecord): Mapping {
  const uid = detailText(record, "key") ?? record.id;
  return entityManagement(record, CREATE, { name: "data key", type: "Data Key", type_id: 99, uid });
}

const READ: Activity = { id: 2, name: "Read" };
const UPDATE: Activity = { id: 3, name: "Update" };
const DELETE: Activity = { id: 4, name: "Delete" };

export function keyRotated(record: AuditRecord): Mapping {
  return entityManagement(record, UPDATE, masterKey(record));
}

/** Whoever has the copy, and the identity that it was made for, can read the key. */
export function keyExported(record: AuditRecord): Mapping {
  return entityManagement(record, READ, masterKey(record));
}

function masterKey(record: AuditRecord): Fields {
  const uid = detailText(record, "generation") ?? record.id;
  return { name: "master key", type: "Master Key", type_id: 99, uid };
}

/** An order and its completion name the same thing: what the order's record destroys. */
export function keysDestroyed(record: AuditRecord): Mapping {
  const uid = detailText(record, "order") ?? record.id;
  return entityManagement(record, DELETE, { name: "data keys", type: "Data Key", type_id: 99, uid });
}

export function holdChanged(record: AuditRecord): Mapping {
  const uid = detailText(record, "hold") ?? record.id;
  const activity = record.type.endsWith("placed") ? CREATE : DELETE;
  return entityManagement(record, activity, { name: "legal hold", type: "Legal Hold", type_id: 99, uid });
}

export function targetPinned(record: AuditRecord): Mapping {
  // Without a name there would be no entity at all, which the class asks for.
  const name = record.target?.name || "target";
  return entityManagement(record, UPDATE, {
    name,
    type: "Target",
    type_id: 99,
    uid: record.target?.identity ?? name,
  });
}

/** What becomes of a person: a role, a password or a second factor is a change of them. */
export function userChanged(record: AuditRecord): Mapping {
  const name = detailText(record, "name") ?? "user";
  const uid = detailText(record, "user") ?? record.id;
  const { type } = record;
  const activity = type === "user.created" ? CREATE : type === "user.removed" ? DELETE : UPDATE;
  return entityManagement(record, activity, { name, type: "User", type_id: 99, uid });
}

export function tokenChanged(record: AuditRecord): Mapping {
  const name = detailText(record, "name") ?? "token";
  const uid = detailText(record, "token") ?? record.id;
  const activity = record.type.endsWith("created") ? CREATE : DELETE;
  return entityManagement(record, activity, { name, type: "Token", type_id: 99, uid });
}

export function recordsRead(record: AuditRecord): Mapping {
  const entity = { name: "records", type: "Record", type_id: 99, uid: record.id };
  return entityManagement(record, READ, entity);
}

export function ledgerCreated(record: AuditRecord): Mapping {
  const uid = detailText(record, "origin") ?? record.id;
  return entityManagement(record, CREATE, { name: "ledger", type: "Ledger", type_id: 99, uid });
}

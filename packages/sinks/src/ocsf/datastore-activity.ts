import type { AuditRecord, Operation, OperationKind } from "@custody/domain";
import { objectNames, principalOperation } from "../operations.ts";
import { present } from "../present.ts";
import { sourceEndpoint, targetEndpoint } from "./endpoint.ts";
import type { Activity, Mapping } from "./mapping.ts";

/** A statement: Datastore Activity, 6005. */
export function datastoreActivity(record: AuditRecord): Mapping {
  return mapping(record, activityOf(principalOperation(record)));
}

/** The schema has no activity for it, and it is the datastore that is asked. */
export function cancelActivity(record: AuditRecord): Mapping {
  return mapping(record, { id: 99, name: "Cancel" });
}

/** What a statement would do, found out by a transaction that was rolled back. */
export function simulationActivity(record: AuditRecord): Mapping {
  return mapping(record, { id: 99, name: "Simulate" });
}

function mapping(record: AuditRecord, activity: Activity): Mapping {
  const { effect, statement, target, time } = record;
  const names = objectNames(record);
  const fields = present({
    database: {
      name: target?.database ?? target?.name ?? "unknown",
      ...(target && { type: target.kind, type_id: target.kind === "mongodb" ? 6 : 1 }),
      ...(target === undefined && { type_id: 0 }),
      ...(target?.identity === undefined ? undefined : { uid: target.identity }),
    },
    dst_endpoint: targetEndpoint(record),
    query_info: statement && {
      ...(effect && { bytes: effect.bytes }),
      query_string: statement.text,
      query_time: Date.parse(time),
      uid: statement.digest,
    },
    src_endpoint: sourceEndpoint(record),
    // The schema has room for one table; a statement that touches several has all of them in `unmapped.operations`.
    table: names.length === 1 ? { name: names[0] } : undefined,
    type: "Database",
    type_id: 1,
  });
  return { activity, category: 6, fields, name: "Datastore Activity", uid: 6005 };
}

const READ: Activity = { id: 1, name: "Read" };
const UPDATE: Activity = { id: 2, name: "Update" };
const QUERY: Activity = { id: 4, name: "Query" };
const WRITE: Activity = { id: 5, name: "Write" };
const CREATE: Activity = { id: 6, name: "Create" };
const DELETE: Activity = { id: 7, name: "Delete" };

const byKind: Readonly<Partial<Record<OperationKind, Activity>>> = {
  delete: DELETE,
  insert: WRITE,
  merge: WRITE,
  read: QUERY,
  update: UPDATE,
};

function activityOf(operation: Operation | undefined): Activity {
  if (operation === undefined || operation.kind === "unknown") return { id: 0, name: "Unknown" };
  const { kind, objects, verb } = operation;
  if (kind === "copy") return objects.some(({ role }) => role === "write") ? WRITE : READ;
  if (kind === "define") return definition(verb);
  return byKind[kind] ?? { id: 99, name: verb };
}

function definition(verb: string): Activity {
  if (verb.startsWith("CREATE")) return CREATE;
  if (/^(DROP|TRUNCATE)/.test(verb)) return DELETE;
  return verb.startsWith("ALTER") ? UPDATE : { id: 99, name: verb };
}

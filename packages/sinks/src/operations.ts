import type { AuditRecord, Operation, Tier, TouchedObject } from "@custody/domain";

const TIERS: readonly Tier[] = ["read", "write", "destructive", "admin"];

/** The operation that a statement stands for where only one can be named: the first of the most far-reaching. */
export function principalOperation({ operations = [] }: AuditRecord): Operation | undefined {
  let found: Operation | undefined;
  for (const operation of operations)
    if (found === undefined || TIERS.indexOf(operation.tier) > TIERS.indexOf(found.tier)) found = operation;
  return found;
}

/** `schema.name`, or the name alone where the statement gave no schema. */
function objectName({ name, schema }: TouchedObject): string {
  return schema === undefined ? name : `${schema}.${name}`;
}

/** What all operations touch, each once. */
export function objectNames({ operations = [] }: AuditRecord): string[] {
  return unique(operations.flatMap(({ objects }) => objects.map(objectName)));
}

export function verbs({ operations = [] }: AuditRecord): string[] {
  return unique(operations.map(({ verb }) => verb));
}

function unique(texts: readonly string[]): string[] {
  return [...new Set(texts)];
}

import type { Operation } from "@custody/domain";
import type {
  ClassifiedStatement,
  StatementEffects,
} from "../../packages/capture/src/postgres/classify/statement.ts";
import type { Case } from "./case.ts";
import type { Changes, TableName } from "./changes.ts";

/**
 * What the server did and Custody did not say; empty when all is told.
 *
 * Nothing that changes anything may be a read, and what is durable before it takes effect goes by `writes`. Every table that changed must be among those that the statement was
 * said to write, unless it was said that nobody knows which they are.
 */
export function untold(
  { also = [], takesXid }: Pick<Case, "also" | "takesXid">,
  said: readonly StatementEffects[],
  changes: Changes,
): string[] {
  const operations = said.flatMap((statement) => statement.operations);
  const changed = [
    ...changes.tables.map((names) => `table ${names.map(nameOf).join(" → ")}`),
    ...changes.catalogue.map((name) => `catalogue ${name}`),
    ...changes.sequences.map((name) => `sequence ${name}`),
    ...(changes.tookXid && takesXid !== true ? ["something, since it took a transaction id"] : []),
  ];
  const isRead = operations.every(({ tier }) => tier === "read");
  if (isRead && changed.length > 0) return changed.map((what) => `a read changed ${what}`);
  if (changed.length > 0 && !said.some(({ writes }) => writes)) return ["it writes, and is not said to"];
  if (operations.some(isOpen)) return [];
  // BEGIN tells its settings as transaction control.
  const setNothing = said.every(
    ({ changesSession, control }) => changesSession.length === 0 && control === undefined,
  );
  return [
    ...changes.tables
      .filter((names) => !names.some((name) => isNamed(name, operations, also)))
      .map((names) => `table ${names.map(nameOf).join(" → ")} is not among what is written`),
    ...(setNothing ? changes.settings.map((name) => `setting ${name} is not among what is set`) : []),
  ];
}

/** Whether an operation says that it may write to more than it names: it runs code, or nobody knows what. */
function isOpen({ kind, tier, verb }: Operation): boolean {
  const runsCode = kind === "call" || verb === "FUNCTION";
  return kind === "unknown" || (runsCode && tier !== "read");
}

/** A schema stands for the tables in it. */
function isNamed(table: TableName, operations: readonly Operation[], also: readonly string[]): boolean {
  if (also.includes(table.name)) return true;
  return operations.some(({ objects, tier, verb }) =>
    objects.some(
      ({ name, role, schema }) =>
        tier !== "read" &&
        role !== "read" &&
        ((name === table.name && (schema ?? table.schema) === table.schema) ||
          (verb === "DROP SCHEMA" && name === table.schema)),
    ),
  );
}

function nameOf({ schema, name }: TableName): string {
  return `${schema}.${name}`;
}

/** FETCH and MOVE run the query of their cursor, which an earlier statement declared; so says the connection, too. */
export function inPlace(
  statement: ClassifiedStatement,
  earlier: readonly ClassifiedStatement[],
): StatementEffects {
  const { cursor } = statement;
  if (cursor?.kind !== "fetch" && cursor?.kind !== "move") return statement;
  const declared = earlier.findLast(
    (one) => one.cursor?.kind === "declare" && one.cursor.name === cursor.name,
  );
  if (declared?.cursor?.query !== undefined) return declared.cursor.query;
  const operations = [{ kind: "call", objects: [], tier: "write", verb: "FETCH" }] as const;
  return { ...statement, operations, tier: "write", writes: true };
}

import type { Look, TableLook } from "./look.ts";

export interface TableName {
  readonly schema: string;
  readonly name: string;
}

/** What became different between two looks. */
export interface Changes {
  /** Tables whose rows, file, name or existence changed, each with the names that it had and has. */
  readonly tables: readonly (readonly TableName[])[];
  /** Tables of the catalogue that were written to. */
  readonly catalogue: readonly string[];
  readonly sequences: readonly string[];
  readonly settings: readonly string[];
  /** The transaction has become one that writes. */
  readonly tookXid: boolean;
}

export function changesBetween(before: Look, after: Look): Changes {
  return {
    tables: changedKeys(before.tables, after.tables).map((id) =>
      namesOf(before.tables[id], after.tables[id]),
    ),
    catalogue: changedKeys(before.catalogue, after.catalogue),
    sequences: changedKeys(before.sequences, after.sequences),
    settings: changedKeys(before.settings, after.settings),
    tookXid: after.hasXid && !before.hasXid,
  };
}

type Keyed = Readonly<Record<string, unknown>>;

function changedKeys(before: Keyed, after: Keyed): string[] {
  const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...keys].filter((key) => JSON.stringify(before[key]) !== JSON.stringify(after[key]));
}

function namesOf(...looks: readonly (TableLook | undefined)[]): TableName[] {
  return looks.flatMap((look) => (look === undefined ? [] : [{ schema: look.schema, name: look.name }]));
}

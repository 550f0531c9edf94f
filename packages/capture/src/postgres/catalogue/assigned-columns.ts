import { parse } from "../classify/parser.ts";

/**
 * The columns that a statement gives new values to in rows that are there already: by UPDATE, by ON CONFLICT DO UPDATE, by
 * MERGE. Throws what the parser throws.
 */
export function assignedColumns(sql: string): ReadonlySet<string> {
  const columns = new Set<string>();
  const visit = (value: unknown, isAssigning: boolean): void => {
    if (Array.isArray(value)) for (const item of value) visit(item, isAssigning);
    else if (typeof value === "object" && value !== null)
      for (const [name, contents] of Object.entries(value)) {
        if (isAssigning && name === "ResTarget") note(contents, columns);
        visit(contents, name === "targetList" || (isAssigning && name === "ResTarget") || isUpdating(name));
      }
  };
  visit(parse(sql), false);
  return columns;
}

function isUpdating(name: string): boolean {
  return name === "UpdateStmt" || name === "onConflictClause" || name === "MergeWhenClause";
}

function note(target: unknown, columns: Set<string>): void {
  const { name } = target as { readonly name?: string };
  if (name !== undefined) columns.add(name);
}

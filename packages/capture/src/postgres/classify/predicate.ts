import type { RangeVar } from "libpg-query";
import { isObject } from "./tree.ts";

/**
 * Whether a predicate can tell one row of `table` from another: it names a column somewhere that may be that table's,
 * or a cursor's row.
 *
 * No predicate, `true`, `1 = 1` and `now() > '2020-01-01'` say the same of every row, so a statement with such a one
 * is as unbounded as a statement without. So is one with `OR true` behind whatever else it says, and one about the
 * rows of another table only. `id = id` also does, but saying so takes more than syntax.
 */
export function tellsRowsApart(predicate: unknown, table: RangeVar | undefined): boolean {
  const name = table?.alias?.aliasname ?? table?.relname;
  return mentions(predicate, (reference) => mayBeOf(reference, name));
}

type IsColumn = (reference: unknown) => boolean;

function mentions(value: unknown, isColumn: IsColumn): boolean {
  if (Array.isArray(value)) return value.some((item) => mentions(item, isColumn));
  if (!isObject(value)) return false;
  for (const key in value) {
    if (key === "CurrentOfExpr") return true;
    if (key === "BoolExpr") return connects(value[key], isColumn, false);
    if (key === "ColumnRef" ? isColumn(value[key]) : mentions(value[key], isColumn)) return true;
  }
  return false;
}

/** One part of an OR that holds for every row is enough to make all of it hold; behind a NOT, that is one of an AND. */
function connects(expression: unknown, isColumn: IsColumn, isNegated: boolean): boolean {
  if (!isObject(expression) || !Array.isArray(expression["args"])) return mentions(expression, isColumn);
  const { args, boolop } = expression;
  const tells = (part: unknown): boolean =>
    isObject(part) && "BoolExpr" in part
      ? connects(part["BoolExpr"], isColumn, isNegated !== (boolop === "NOT_EXPR"))
      : mentions(part, isColumn);
  return boolop === (isNegated ? "AND_EXPR" : "OR_EXPR") ? args.every(tells) : args.some(tells);
}

/**
 * A column without its table's name in front may be any table's. `SELECT *` in a subquery is a ColumnRef too, but names
 * no column.
 */
function mayBeOf(reference: unknown, table: string | undefined): boolean {
  const fields = isObject(reference) ? reference["fields"] : undefined;
  if (!Array.isArray(fields)) return true;
  if (fields.some((field) => isObject(field) && "A_Star" in field)) return false;
  const qualifier: unknown = fields.at(-2)?.String?.sval;
  return qualifier === undefined || qualifier === table;
}

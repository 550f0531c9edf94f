import { isObject } from "./tree.ts";

/**
 * Whether a predicate can tell one row from another: it names a column somewhere, or a cursor's row.
 *
 * No predicate, `true`, `1 = 1` and `now() > '2020-01-01'` say the same of every row, so a statement with such a one
 * is as unbounded as a statement without; so is one with `OR true` behind whatever else it says. `id = id` also does,
 * but saying so takes more than syntax.
 */
export function mentionsColumn(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(mentionsColumn);
  if (!isObject(value)) return false;
  for (const key in value) {
    if (key === "CurrentOfExpr") return true;
    if (key === "BoolExpr") return connects(value[key], false);
    if (key === "ColumnRef" ? namesOne(value[key]) : mentionsColumn(value[key])) return true;
  }
  return false;
}

/** One part of an OR that holds for every row is enough to make all of it hold; behind a NOT, that is one of an AND. */
function connects(expression: unknown, isNegated: boolean): boolean {
  if (!isObject(expression) || !Array.isArray(expression["args"])) return mentionsColumn(expression);
  const { args, boolop } = expression;
  const tells = (part: unknown): boolean =>
    isObject(part) && "BoolExpr" in part
      ? connects(part["BoolExpr"], isNegated !== (boolop === "NOT_EXPR"))
      : mentionsColumn(part);
  return boolop === (isNegated ? "AND_EXPR" : "OR_EXPR") ? args.every(tells) : args.some(tells);
}

/** `SELECT *` in a subquery is a ColumnRef too, but names none. */
function namesOne(reference: unknown): boolean {
  return isObject(reference) && Array.isArray(reference["fields"])
    ? reference["fields"].every((field) => isObject(field) && !("A_Star" in field))
    : true;
}

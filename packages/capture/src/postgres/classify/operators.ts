/** The names of all operators of pg_catalog, of PostgreSQL 18; operators.test.ts asks the server for them. */
export const builtInOperators: ReadonlySet<string> = new Set(
  `
  !! !~ !~* !~~ !~~* # ## #- #> #>> % & && &< &<| &> * *< *<= *<> *= *> *>= + - -> ->> -|- / < <-> << <<= <<|
  <= <> <@ <^ = > >= >> >>= >^ ? ?# ?& ?- ?-| ?| ?|| @ @-@ @> @? @@ @@@ ^ ^@ | |&> |/ |>> || ||/ ~ ~* ~<=~ ~<~
  ~= ~>=~ ~>~ ~~ ~~*
`
    .trim()
    .split(/\s+/),
);

/**
 * Whether an operator, as it was written, is PostgreSQL's own. Like a function without a schema, one of a built-in name
 * is taken for the built-in: an overload of the user's own needs the catalogue to be told apart.
 *
 * The grammar also puts words here, for BETWEEN.
 */
export function isBuiltInOperator(schema: string | undefined, name: string): boolean {
  if (schema !== undefined && schema !== "pg_catalog") return false;
  return builtInOperators.has(name) || /^[A-Z]/.test(name);
}

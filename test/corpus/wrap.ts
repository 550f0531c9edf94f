import fc from "fast-check";

/** What a statement can stand in depends on what it is: a query, a change of rows, or anything else. */
export interface Wrapped {
  readonly sql: string;
  readonly kind: "query" | "change" | "other";
}

type Wrap = (inner: Wrapped) => Wrapped | undefined;

const comments = ["", "SELECT 1;", "it's", '"', "$$", "-- ; /", "DROP", "é", "$1"];
const analyze = [
  "ANALYZE",
  "ANALYSE",
  "analyze true",
  "ANALYZE on",
  "ANALYZE 1",
  "VERBOSE, ANALYZE",
  '"analyze"',
];

const anywhere: readonly Wrap[] = [
  ...comments.flatMap((comment): Wrap[] => [
    ({ sql, kind }) => ({ sql: `/* ${comment} /* nested */ */${sql}`, kind }),
    ({ sql, kind }) => ({ sql: `-- ${comment}\n${sql}`, kind }),
    ({ sql, kind }) => ({ sql: `${sql} -- ${comment}\n`, kind }),
  ]),
  ({ sql }) => ({ sql: `SELECT 1; ${sql}; SELECT 2`, kind: "other" }),
  ({ sql }) => ({ sql: `SELECT '--'; ${sql}\n; SELECT $$;$$`, kind: "other" }),
  ({ sql }) => ({ sql: `DO $do$ BEGIN ${sql}; END $do$`, kind: "other" }),
];

const aroundRows: readonly Wrap[] = [
  ...analyze.map(
    (option): Wrap =>
      ({ sql }) => ({ sql: `EXPLAIN (${option}) ${sql}`, kind: "other" }),
  ),
  ({ sql }) => ({ sql: `EXPLAIN ANALYZE VERBOSE ${sql}`, kind: "other" }),
  ({ sql }) => ({ sql: `WITH w AS (${sql}) SELECT 'outer'`, kind: "query" }),
  ({ sql }) => ({ sql: `WITH v AS (SELECT 1), w AS MATERIALIZED (${sql}) TABLE v`, kind: "query" }),
  ({ sql }) => ({ sql: `WITH w AS (${sql}) INSERT INTO audit VALUES ('x')`, kind: "change" }),
  ({ sql }) => ({ sql: `PREPARE wrapped AS ${sql}; EXECUTE wrapped`, kind: "other" }),
  ({ sql }) => ({ sql: `PREPARE wrapped AS ${sql}; EXPLAIN ANALYZE EXECUTE wrapped`, kind: "other" }),
  ({ sql }) => ({ sql: `COPY (${sql}) TO STDOUT`, kind: "other" }),
];

const aroundQueries: readonly Wrap[] = [
  ({ sql }) => ({ sql: `((${sql}))`, kind: "query" }),
  ({ sql }) => ({ sql: `SELECT count(*) FROM (${sql}) AS q`, kind: "query" }),
  ({ sql }) => ({ sql: `SELECT EXISTS (${sql})`, kind: "query" }),
  ({ sql }) => ({ sql: `SELECT 1 UNION ALL SELECT 2 WHERE EXISTS ((${sql}))`, kind: "query" }),
  ({ sql }) => ({ sql: `DECLARE wrapped CURSOR FOR ${sql}; FETCH ALL FROM wrapped`, kind: "other" }),
  ({ sql }) => ({ sql: `CREATE TEMP TABLE wrapped AS ${sql}`, kind: "other" }),
  ({ sql }) => ({ sql: `INSERT INTO audit SELECT 'x' WHERE EXISTS (${sql})`, kind: "change" }),
];

const wraps: readonly Wrap[] = [
  ...anywhere,
  ...aroundRows.map(
    (wrap): Wrap =>
      (inner) =>
        inner.kind === "other" ? undefined : wrap(inner),
  ),
  ...aroundQueries.map(
    (wrap): Wrap =>
      (inner) =>
        inner.kind === "query" ? wrap(inner) : undefined,
  ),
];

/** One of the given statements in up to four wrappings, each of which may stand where it does. */
export function wrapped<Base extends Wrapped>(
  bases: readonly Base[],
): fc.Arbitrary<{ base: Base; sql: string }> {
  const chosen = fc.array(fc.constantFrom(...wraps), { minLength: 1, maxLength: 4 });
  return fc.tuple(fc.constantFrom(...bases), chosen).map(([base, around]) => {
    const outer = around.reduce<Wrapped>((inner, wrap) => wrap(inner) ?? inner, base);
    return { base, sql: outer.sql };
  });
}

import type { RowSample } from "@custody/domain";
import type { Dialogue } from "../dialogue.ts";
import { FIRST_OF_USERS } from "../statistics/row-counters.ts";
import { attempt } from "./attempt.ts";

/** All rows of one sample together. */
const SAMPLE_BYTES_MAX = 64 * 1024;
/** In characters; a longer value ends in an ellipsis. */
const VALUE_LENGTH_MAX = 1000;
/** More rows than this that were only locked are not told apart from changed ones. */
const LOCKED_ROWS_MAX = 1000;

export const NO_ROWS: RowSample = { columns: [], isCut: false, key: [], rows: [] };

/** How a table can be read. */
interface Shape {
  readonly table: string;
  readonly columns: readonly string[];
  /** Those of types that somebody has defined. */
  readonly defined: ReadonlySet<string>;
  readonly key: readonly string[];
}

const shapeSql = `
SELECT quote_ident(n.nspname) || '.' || quote_ident(c.relname),
  (SELECT coalesce(json_agg(a.attname ORDER BY a.attnum), '[]') FROM pg_catalog.pg_attribute a
    WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped)::text,
  (SELECT coalesce(json_agg(a.attname), '[]') FROM pg_catalog.pg_attribute a
    WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.atttypid >= ${FIRST_OF_USERS}::oid)::text,
  (SELECT coalesce(json_agg(a.attname ORDER BY k.at), '[]') FROM pg_catalog.pg_index i,
    unnest(i.indkey::int2[]) WITH ORDINALITY k(number, at), pg_catalog.pg_attribute a
    WHERE i.indrelid = c.oid AND i.indisprimary AND a.attrelid = c.oid AND a.attnum = k.number)::text
FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE c.oid = $1::oid`;

/** The first rows of a table: those that the statement left their mark on, or, without a mark, of all. */
export interface SampleRequest {
  readonly table: string;
  /** The condition that they are marked. */
  readonly mark?: string;
  /** Places (ctid) of rows that were only locked: they carry the same mark, and are left out. */
  readonly except?: readonly string[];
  readonly rowsMax: number;
}

export async function readSample(client: Dialogue, request: SampleRequest): Promise<RowSample> {
  const read = await attempt(client, async () => {
    const shape = await readShape(client, request.table);
    return shape === undefined ? NO_ROWS : await readRows(client, shape, request);
  });
  return "value" in read ? read.value : { ...NO_ROWS, unread: read.reason };
}

/** Where rows stand that the statement locked and did not change. Asked while its changes can be seen. */
export async function readLockedPlaces(
  client: Dialogue,
  table: string,
  mark: string,
): Promise<readonly string[]> {
  const read = await attempt(client, async () => {
    const shape = await readShape(client, table);
    if (shape === undefined) return [];
    return client.rows(`SELECT ctid::text FROM ONLY ${shape.table} WHERE ${mark} LIMIT ${LOCKED_ROWS_MAX}`);
  });
  return "value" in read ? read.value.map(([place]) => place ?? "") : [];
}

async function readShape(client: Dialogue, table: string): Promise<Shape | undefined> {
  const [row] = await client.rows(shapeSql, [table]);
  if (row === undefined) return undefined;
  const [name, columns, defined, key] = row;
  return {
    columns: namesIn(columns),
    defined: new Set(namesIn(defined)),
    key: namesIn(key),
    table: name ?? "",
  };
}

function namesIn(json: string | null | undefined): string[] {
  return JSON.parse(json ?? "[]") as string[];
}

/** In the order of the primary key, or, without one, as they lie. */
async function readRows(
  client: Dialogue,
  { columns, defined, key, table }: Shape,
  { except = [], mark, rowsMax }: SampleRequest,
): Promise<RowSample> {
  const list = columns.map(
    (name) => `pg_catalog.left(${asText(name, defined.has(name))}, ${VALUE_LENGTH_MAX + 1})`,
  );
  const places = "ARRAY(SELECT pg_catalog.json_array_elements_text($1::json))";
  const where = mark === undefined ? "" : `WHERE ${mark} AND ctid::text <> ALL (${places})`;
  const order = key.length === 0 ? "ctid" : key.map(quoted).join(", ");
  const sql = `SELECT ${list.join(", ")} FROM ONLY ${table} ${where} ORDER BY ${order} LIMIT ${rowsMax + 1}`;
  const found = await client.rows(sql, mark === undefined ? [] : [JSON.stringify(except)]);
  return { columns, key, ...cut(found, rowsMax) };
}

/** Whoever has defined a type can define a cast to text as well, which says whatever they like; its output is the server's. */
function asText(name: string, isDefined: boolean): string {
  const column = quoted(name);
  return isDefined
    ? `CASE WHEN ${column} IS DISTINCT FROM NULL THEN pg_catalog.format('%s', ${column}) END`
    : `${column}::text`;
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

function cut(
  found: readonly (readonly (string | null)[])[],
  rowsMax: number,
): Pick<RowSample, "isCut" | "rows"> {
  const rows: (string | null)[][] = [];
  let isCut = found.length > rowsMax;
  let bytes = 0;
  for (const row of found.slice(0, rowsMax)) {
    const shown = row.map((value) => {
      if (value === null || value.length <= VALUE_LENGTH_MAX) return value;
      isCut = true;
      return `${value.slice(0, VALUE_LENGTH_MAX)}…`;
    });
    bytes += shown.reduce((sum, value) => sum + Buffer.byteLength(value ?? ""), 0);
    if (bytes > SAMPLE_BYTES_MAX) return { isCut: true, rows };
    rows.push(shown);
  }
  return { isCut, rows };
}

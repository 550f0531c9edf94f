import type { Dialogue } from "../dialogue.ts";
import type { DefinedObject } from "./answer.ts";

/** One thing of the catalogue, as it was at one moment of the transaction. */
export interface CatalogueObject extends DefinedObject {
  readonly key: string;
  /** What it goes with: a column, a trigger, a constraint, an index with its table. */
  readonly parent: string | undefined;
  /** Another one means that all rows were written anew, or that there are none any more. */
  readonly file: string;
  /** `schema.name` of the partitioned table above a partition. */
  readonly partitionOf: string | undefined;
}

export type Catalogue = ReadonlyMap<string, CatalogueObject>;

const user = (schema: string) =>
  `${schema} NOT IN ('pg_catalog','information_schema','pg_toast') AND ${schema} !~ '^pg_toast_temp_'`;

/** Everything that people define, and whose loss or coming is part of what a statement does. */
const catalogueSql = `
WITH spaces AS (SELECT oid, nspname FROM pg_catalog.pg_namespace WHERE ${user("nspname")})
SELECT 'r' || c.oid, CASE WHEN i.indrelid IS NOT NULL THEN 'r' || i.indrelid
    WHEN c.relkind = 'S' THEN (SELECT 'r' || d.refobjid FROM pg_catalog.pg_depend d
      WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype IN ('a','i') LIMIT 1) END,
  CASE c.relkind WHEN 'r' THEN 'table' WHEN 'p' THEN 'table' WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized view'
    WHEN 'S' THEN 'sequence' WHEN 'f' THEN 'foreign table' WHEN 'c' THEN 'type' ELSE 'index' END,
  s.nspname, c.relname, CASE WHEN c.relkind IN ('r','m') THEN c.relfilenode::text ELSE '' END,
  CASE WHEN c.relispartition THEN (SELECT n.nspname || '.' || p.relname FROM pg_catalog.pg_class p
    JOIN pg_catalog.pg_namespace n ON n.oid = p.relnamespace WHERE p.oid = pg_partition_root(c.oid)) END
FROM pg_catalog.pg_class c JOIN spaces s ON s.oid = c.relnamespace
LEFT JOIN pg_catalog.pg_index i ON i.indexrelid = c.oid
UNION ALL SELECT 'a' || a.attrelid || '.' || a.attnum, 'r' || a.attrelid, 'column', s.nspname,
  c.relname || '.' || a.attname, '', NULL
FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_class c ON c.oid = a.attrelid JOIN spaces s ON s.oid = c.relnamespace
WHERE a.attnum > 0 AND NOT a.attisdropped AND c.relkind IN ('r','p','f')
UNION ALL SELECT 't' || t.oid, 'r' || t.tgrelid, 'trigger', s.nspname, c.relname || '.' || t.tgname, '', NULL
FROM pg_catalog.pg_trigger t JOIN pg_catalog.pg_class c ON c.oid = t.tgrelid JOIN spaces s ON s.oid = c.relnamespace
WHERE NOT t.tgisinternal
UNION ALL SELECT 'k' || k.oid, 'r' || k.conrelid, 'constraint', s.nspname, c.relname || '.' || k.conname, '', NULL
FROM pg_catalog.pg_constraint k JOIN pg_catalog.pg_class c ON c.oid = k.conrelid JOIN spaces s ON s.oid = c.relnamespace
WHERE k.contype IN ('c','f','p','u','x')
UNION ALL SELECT 'l' || p.oid, 'r' || p.polrelid, 'policy', s.nspname, c.relname || '.' || p.polname, '', NULL
FROM pg_catalog.pg_policy p JOIN pg_catalog.pg_class c ON c.oid = p.polrelid JOIN spaces s ON s.oid = c.relnamespace
UNION ALL SELECT 'p' || p.oid, NULL, CASE p.prokind WHEN 'p' THEN 'procedure' ELSE 'function' END, s.nspname,
  p.proname || '(' || pg_get_function_identity_arguments(p.oid) || ')', '', NULL
FROM pg_catalog.pg_proc p JOIN spaces s ON s.oid = p.pronamespace
UNION ALL SELECT 'y' || y.oid, NULL, 'type', s.nspname, y.typname, '', NULL
FROM pg_catalog.pg_type y JOIN spaces s ON s.oid = y.typnamespace WHERE y.typtype IN ('d','e','r')
UNION ALL SELECT 'n' || s.oid, NULL, 'schema', NULL, s.nspname, '', NULL FROM spaces s WHERE s.nspname !~ '^pg_temp_'`;

/** What is defined now, within the transaction. */
export async function readCatalogue(client: Dialogue): Promise<Catalogue> {
  const rows = await client.rows(catalogueSql);
  return new Map(
    rows.map(([key, parent, kind, schema, name, file, partitionOf]) => [
      key ?? "",
      {
        file: file ?? "",
        key: key ?? "",
        kind: kind ?? "",
        name: name ?? "",
        parent: parent ?? undefined,
        partitionOf: partitionOf ?? undefined,
        schema: schema ?? null,
      },
    ]),
  );
}

/** What the one has and the other has not, without what only goes with its table. */
export function missingFrom(one: Catalogue, other: Catalogue): CatalogueObject[] {
  return [...one.values()].filter(
    ({ key, parent }) => !other.has(key) && (parent === undefined || other.has(parent) || !one.has(parent)),
  );
}

/** All tables that are gone, or whose rows stand in another file than before. */
export function rewrittenTables(before: Catalogue, after: Catalogue): CatalogueObject[] {
  return [...before.values()].filter(({ file, key }) => file !== "" && after.get(key)?.file !== file);
}

export function definedObject({ kind, name, schema }: CatalogueObject): DefinedObject {
  return { kind, schema, name };
}

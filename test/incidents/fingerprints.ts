import { createHash } from "node:crypto";
import { Client } from "pg";

interface TableFingerprint {
  readonly rows: number;
  readonly hash: string;
}

/** All that a database holds, in a form that can be compared; past Custody. */
export interface Fingerprint {
  readonly tables: Readonly<Record<string, TableFingerprint>>;
  readonly sequences: readonly unknown[];
  /** A digest of all definitions, in the words of the catalogue. */
  readonly schema: string;
}

const SETTINGS = `SET TimeZone = 'UTC'; SET DateStyle = 'ISO, MDY'; SET IntervalStyle = 'postgres';
  SET extra_float_digits = 1; SET bytea_output = 'hex'`;

const DEFINITIONS = `
  SELECT 'column' AS kind, attrelid::regclass::text AS of, attname || ' ' || format_type(atttypid, atttypmod) AS text
    FROM pg_attribute JOIN pg_class c ON c.oid = attrelid WHERE relnamespace = 'public'::regnamespace AND attnum > 0
  UNION ALL SELECT 'default', adrelid::regclass::text, pg_get_expr(adbin, adrelid) FROM pg_attrdef
  UNION ALL SELECT 'constraint', conrelid::regclass::text, conname || ' ' || pg_get_constraintdef(oid) FROM pg_constraint
    WHERE connamespace = 'public'::regnamespace
  UNION ALL SELECT 'index', tablename, indexdef FROM pg_indexes WHERE schemaname = 'public'
  UNION ALL SELECT 'trigger', tgrelid::regclass::text, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal
  UNION ALL SELECT 'function', proname, pg_get_functiondef(oid) FROM pg_proc
    WHERE pronamespace = 'public'::regnamespace AND prokind = 'f'
  UNION ALL SELECT 'view', viewname, definition FROM pg_views WHERE schemaname = 'public'
  UNION ALL SELECT 'materialized view', matviewname, definition FROM pg_matviews WHERE schemaname = 'public'
  UNION ALL SELECT 'grants', relname, relacl::text FROM pg_class WHERE relnamespace = 'public'::regnamespace
  ORDER BY 1, 2, 3`;

export async function fingerprintOf(url: string): Promise<Fingerprint> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(SETTINGS);
    const { rows: names } = await client.query<{ name: string }>(
      `SELECT quote_ident(relname) AS name FROM pg_class
       WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'm') ORDER BY 1`,
    );
    const tables: Record<string, TableFingerprint> = {};
    for (const { name } of names) tables[name] = await tableFingerprint(client, name);
    const { rows: sequences } = await client.query(
      "SELECT sequencename, last_value FROM pg_sequences ORDER BY schemaname, sequencename",
    );
    const { rows: definitions } = await client.query(DEFINITIONS);
    const schema = createHash("sha256").update(JSON.stringify(definitions)).digest("hex");
    return { schema, sequences, tables };
  } finally {
    await client.end();
  }
}

/** A digest of the rows as a multiset, so that it stands for tables without a key as well. */
async function tableFingerprint(client: Client, table: string): Promise<TableFingerprint> {
  const { rows } = await client.query<{ n: number; hash: string }>(
    `SELECT count(*)::int AS n, md5(coalesce(string_agg(digest, '' ORDER BY digest), '')) AS hash
     FROM (SELECT md5(row::text) AS digest FROM ${table} AS row) AS digests`,
  );
  const [{ hash, n } = { hash: "", n: -1 }] = rows;
  return { hash, rows: n };
}

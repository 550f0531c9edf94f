/**
 * How the server itself says what a transaction has changed so far, before any of it is committed.
 *
 * Counters of rows come from `pg_stat_xact_all_tables`, which also has the catalogue's own tables. They do not know
 * what TRUNCATE and rewriting do, which give a table another file; nor sequences, which no transaction contains.
 * Whoever changes anything at all in a transaction needs a transaction id.
 */
export interface Look {
  /** By their number, so that a table which was renamed is still the same. */
  readonly tables: Readonly<Record<string, TableLook>>;
  /** Rows written to each of the catalogue's tables. */
  readonly catalogue: Readonly<Record<string, number>>;
  readonly sequences: Readonly<Record<string, number | null>>;
  readonly settings: Readonly<Record<string, string | null>>;
  readonly hasXid: boolean;
}

export interface TableLook {
  readonly schema: string;
  readonly name: string;
  readonly file: number;
  readonly inserted: number;
  readonly updated: number;
  readonly deleted: number;
}

/** Made once a database. It runs as its owner, and names all that it uses, so that no test can bend it. */
export const lookFunction = `
  CREATE SCHEMA looking;
  GRANT USAGE ON SCHEMA looking TO PUBLIC;
  CREATE FUNCTION looking.look() RETURNS pg_catalog.jsonb LANGUAGE sql VOLATILE SECURITY DEFINER AS $look$
    SELECT pg_catalog.jsonb_build_object(
      'tables', (SELECT pg_catalog.jsonb_object_agg(c.oid, pg_catalog.jsonb_build_object(
          'schema', s.schemaname, 'name', s.relname, 'file', c.relfilenode,
          'inserted', s.n_tup_ins, 'updated', s.n_tup_upd, 'deleted', s.n_tup_del))
        FROM pg_catalog.pg_stat_xact_user_tables s JOIN pg_catalog.pg_class c ON c.oid = s.relid
        WHERE s.schemaname NOT LIKE 'pg_toast%'),
      'catalogue', (SELECT pg_catalog.jsonb_object_agg(s.relname, s.n_tup_ins + s.n_tup_upd + s.n_tup_del)
        FROM pg_catalog.pg_stat_xact_sys_tables s
        WHERE s.schemaname = 'pg_catalog' AND s.n_tup_ins + s.n_tup_upd + s.n_tup_del > 0),
      'sequences', (SELECT pg_catalog.jsonb_object_agg(q.schemaname || '.' || q.sequencename, q.last_value)
        FROM pg_catalog.pg_sequences q),
      'hasXid', pg_catalog.pg_current_xact_id_if_assigned() IS NOT NULL)
  $look$;
`;

/** Settings are looked at outside of the function, which has some of its own while it runs. */
export const lookQuery = `
  SELECT looking.look() || pg_catalog.jsonb_build_object('settings',
    (SELECT pg_catalog.jsonb_object_agg(name, setting) FROM pg_catalog.pg_settings
     WHERE setting IS DISTINCT FROM reset_val OR name LIKE 'transaction%')
    || pg_catalog.jsonb_build_object('role', pg_catalog.current_setting('role'), 'session_authorization', session_user))`;

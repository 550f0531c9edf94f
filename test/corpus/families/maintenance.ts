import type { Case } from "../case.ts";

/** Housekeeping rewrites how rows are stored, not what they say. Much of it refuses to run in a transaction. */
export const maintenance: readonly Case[] = [
  { sql: "VACUUM", effects: "VACUUM · write admin VACUUM() · writes · escapes", fails: "25001" },
  {
    sql: "VACUUM (FULL, ANALYZE) users",
    effects: "VACUUM · write admin VACUUM(w users) · writes · escapes",
    fails: "25001",
  },
  {
    sql: "VACUUM FREEZE VERBOSE ANALYZE users (id)",
    effects: "VACUUM · write admin VACUUM(w users) · writes · escapes",
    fails: "25001",
  },
  { sql: "ANALYZE users", effects: "ANALYZE · write admin ANALYZE(w users) · writes" },
  {
    sql: "ANALYZE VERBOSE users (id), shop.users",
    effects: "ANALYZE · write admin ANALYZE(w users, w shop.users) · writes",
  },
  { sql: "ANALYSE stock", effects: "ANALYZE · write admin ANALYZE(w stock) · writes" },
  { sql: "ANALYZE", effects: "ANALYZE · write admin ANALYZE() · writes" },
  { sql: "CLUSTER", effects: "CLUSTER · write admin CLUSTER() · writes · escapes", fails: "25001" },
  { sql: "CLUSTER stock USING stock_pkey", effects: "CLUSTER · write admin CLUSTER(w stock) · writes" },
  {
    sql: "CLUSTER VERBOSE totals USING totals_of",
    effects: "CLUSTER · write admin CLUSTER(w totals) · writes",
  },
  {
    sql: "REINDEX INDEX stock_pkey",
    effects: "REINDEX INDEX · write admin REINDEX INDEX(w stock_pkey) · writes",
  },
  { sql: "REINDEX TABLE stock", effects: "REINDEX TABLE · write admin REINDEX TABLE(w stock) · writes" },
  {
    sql: "REINDEX (VERBOSE) TABLE shop.users",
    effects: "REINDEX TABLE · write admin REINDEX TABLE(w shop.users) · writes",
  },
  {
    sql: "REINDEX SCHEMA shop",
    effects: "REINDEX SCHEMA · write admin REINDEX SCHEMA(w shop) · writes · escapes",
    fails: "25001",
  },
  {
    sql: "REINDEX SYSTEM",
    effects: "REINDEX SYSTEM · write admin REINDEX SYSTEM() · writes · escapes",
    since: 16,
    fails: "25001",
  },
  {
    sql: "REINDEX TABLE CONCURRENTLY stock",
    effects: "REINDEX TABLE · write admin REINDEX TABLE(w stock) · writes · escapes",
    fails: "25001",
  },
  { sql: "DO $$ BEGIN DELETE FROM log; END $$", effects: "DO · write call DO() · writes · escapes" },
  { sql: "DO LANGUAGE plpgsql 'BEGIN NULL; END'", effects: "DO · write call DO() · writes · escapes" },
  {
    sql: "DO $x$ BEGIN EXECUTE 'DEL' || 'ETE FROM log'; END $x$",
    effects: "DO · write call DO() · writes · escapes",
  },
  {
    sql: "DO LANGUAGE plpython3u 'pass'",
    effects: "DO · admin call DO() · writes · escapes",
    fails: "42704",
  },
  { sql: "DO $$ BEGIN COMMIT; END $$", effects: "DO · write call DO() · writes · escapes", fails: "2D000" },
  { sql: "CALL archive(1)", effects: "CALL · write call CALL(r archive) · writes · escapes" },
  {
    sql: "CALL public.archive((SELECT max(id) FROM stock))",
    effects: "CALL · write call CALL(r public.archive) · read SELECT(r stock) · writes · escapes",
    fails: "0A000",
  },
  {
    sql: "CALL archive(nextval('counter')::int)",
    effects:
      "CALL · write call CALL(r archive) · write call FUNCTION(r nextval) · write update NEXTVAL(w counter) · writes · escapes",
  },
  {
    sql: "CALL archive_and_commit()",
    effects: "CALL · write call CALL(r archive_and_commit) · writes · escapes",
    fails: "2D000",
  },
  { sql: "CALL lower(5)", effects: "CALL · write call CALL(r lower) · writes · escapes", fails: "42809" },
];

import type { Case } from "../case.ts";

/** Functions of the server that write, and functions of users, which may do anything, wherever an expression can stand. */
export const functions: readonly Case[] = [
  {
    sql: "SELECT wipe()",
    effects: "SELECT · read SELECT() · write call FUNCTION(r wipe) · writes · escapes",
  },
  {
    sql: "SELECT public.wipe()",
    effects: "SELECT · read SELECT() · write call FUNCTION(r public.wipe) · writes · escapes",
  },
  {
    sql: "SELECT * FROM wipe()",
    effects: "SELECT · read SELECT() · write call FUNCTION(r wipe) · writes · escapes",
  },
  {
    sql: "SELECT * FROM ROWS FROM (generate_series(1, 2), wipe()) AS g",
    effects: "SELECT · read SELECT() · write call FUNCTION(r wipe) · writes · escapes",
  },
  {
    sql: "SELECT u.name FROM users u, LATERAL wipe() w",
    effects: "SELECT · read SELECT(r users) · write call FUNCTION(r wipe) · writes · escapes",
  },
  {
    sql: "SELECT 1 WHERE wipe() > 0",
    effects: "SELECT · read SELECT() · write call FUNCTION(r wipe) · writes · escapes",
  },
  {
    sql: "SELECT name FROM users ORDER BY wipe()",
    effects: "SELECT · read SELECT(r users) · write call FUNCTION(r wipe) · writes · escapes",
  },
  {
    sql: "SELECT count(*) FROM users GROUP BY wipe()",
    effects: "SELECT · read SELECT(r users) · write call FUNCTION(r wipe) · writes · escapes",
  },
  {
    sql: "SELECT count(*) FROM users HAVING wipe() > 0",
    effects: "SELECT · read SELECT(r users) · write call FUNCTION(r wipe) · writes · escapes",
  },
  {
    sql: "SELECT * FROM users LIMIT wipe()",
    effects: "SELECT · read SELECT(r users) · write call FUNCTION(r wipe) · writes · escapes",
  },
  {
    sql: "SELECT * FROM users OFFSET wipe()",
    effects: "SELECT · read SELECT(r users) · write call FUNCTION(r wipe) · writes · escapes",
  },
  {
    sql: "SELECT * FROM users FETCH FIRST (wipe()) ROWS ONLY",
    effects: "SELECT · read SELECT(r users) · write call FUNCTION(r wipe) · writes · escapes",
  },
  {
    sql: "SELECT DISTINCT ON (wipe()) name FROM users",
    effects: "SELECT · read SELECT(r users) · write call FUNCTION(r wipe) · writes · escapes",
  },
  {
    sql: "VALUES (wipe())",
    effects: "SELECT · read SELECT() · write call FUNCTION(r wipe) · writes · escapes",
  },
  {
    sql: "SELECT CASE WHEN true THEN wipe() END",
    effects: "SELECT · read SELECT() · write call FUNCTION(r wipe) · writes · escapes",
  },
  {
    sql: "SELECT coalesce(NULL, wipe()), greatest(wipe(), 1)",
    effects: "SELECT · read SELECT() · write call FUNCTION(r wipe) · writes · escapes",
  },
  {
    sql: "SELECT ARRAY[wipe()], ROW(wipe())",
    effects: "SELECT · read SELECT() · write call FUNCTION(r wipe) · writes · escapes",
  },
  {
    sql: "SELECT (ARRAY[1, 2, 3])[wipe()]",
    effects: "SELECT · read SELECT() · write call FUNCTION(r wipe) · writes · escapes",
  },
  {
    sql: "SELECT sum(id) OVER (ORDER BY wipe()) FROM users",
    effects: "SELECT · read SELECT(r users) · write call FUNCTION(r wipe) · writes · escapes",
  },
  {
    sql: "SELECT sum(id) OVER w FROM users WINDOW w AS (PARTITION BY wipe())",
    effects: "SELECT · read SELECT(r users) · write call FUNCTION(r wipe) · writes · escapes",
  },
  {
    sql: "SELECT sum(id) FILTER (WHERE wipe() > 0) FROM users",
    effects: "SELECT · read SELECT(r users) · write call FUNCTION(r wipe) · writes · escapes",
  },
  {
    sql: "SELECT percentile_disc(0.5) WITHIN GROUP (ORDER BY wipe()) FROM users",
    effects: "SELECT · read SELECT(r users) · write call FUNCTION(r wipe) · writes · escapes",
  },
  {
    sql: "SELECT string_agg(name, ',' ORDER BY wipe()) FROM users",
    effects: "SELECT · read SELECT(r users) · write call FUNCTION(r wipe) · writes · escapes",
  },
  {
    sql: "SELECT * FROM users TABLESAMPLE bernoulli (wipe() * 10)",
    effects: "SELECT · read SELECT(r users) · write call FUNCTION(r wipe) · writes · escapes",
  },
  {
    sql: "SELECT * FROM users JOIN orders ON wipe() > 0",
    effects: "SELECT · read SELECT(r users, r orders) · write call FUNCTION(r wipe) · writes · escapes",
  },
  {
    sql: "SELECT format('%s', wipe())",
    effects: "SELECT · read SELECT() · write call FUNCTION(r wipe) · writes · escapes",
  },
  {
    sql: "SELECT wipe()::text::int",
    effects: "SELECT · read SELECT() · write call FUNCTION(r wipe) · writes · escapes",
  },
  {
    sql: "SELECT -wipe()",
    effects: "SELECT · read SELECT() · write call FUNCTION(r wipe) · writes · escapes",
  },
  {
    sql: "SELECT 1 IN (wipe()), 1 BETWEEN wipe() AND 5, wipe() IS NULL",
    effects: "SELECT · read SELECT() · write call FUNCTION(r wipe) · writes · escapes",
  },
  {
    sql: "SELECT abs(double(wipe()::int))",
    effects:
      "SELECT · read SELECT() · write call FUNCTION(r double) · write call FUNCTION(r wipe) · writes · escapes",
  },
  {
    sql: "SELECT wiping(id) FROM users",
    effects: "SELECT · read SELECT(r users) · write call FUNCTION(r wiping) · writes · escapes",
  },
  {
    sql: "SELECT wiping(id) OVER () FROM users",
    effects: "SELECT · read SELECT(r users) · write call FUNCTION(r wiping) · writes · escapes",
  },
  {
    sql: "SELECT wrap(text 'x')",
    effects: "SELECT · read SELECT() · write call FUNCTION(r wrap) · writes · escapes",
  },
  {
    sql: "SELECT (wrap('x')).name",
    effects: "SELECT · read SELECT() · write call FUNCTION(r wrap) · writes · escapes",
  },
  {
    sql: "SELECT (wrap('x')).*",
    effects: "SELECT · read SELECT() · write call FUNCTION(r wrap) · writes · escapes",
  },
  {
    sql: "SELECT xmlelement(name a, wipe())",
    effects: "SELECT · read SELECT() · write call FUNCTION(r wipe) · writes · escapes",
  },
  {
    sql: "SELECT * FROM xmltable('/a' PASSING xmlelement(name a, wipe()) COLUMNS n int PATH '.')",
    effects: "SELECT · read SELECT() · write call FUNCTION(r wipe) · writes · escapes",
  },
  {
    sql: "SELECT json_value('{}', '$.a' RETURNING bigint DEFAULT wipe() ON EMPTY)",
    effects: "SELECT · read SELECT() · write call FUNCTION(r wipe) · writes · escapes",
    since: 17,
  },
  {
    sql: "SELECT * FROM json_table(wipe()::text::jsonb, '$' COLUMNS (n int PATH '$'))",
    effects: "SELECT · read SELECT() · write call FUNCTION(r wipe) · writes · escapes",
    since: 17,
  },
  {
    sql: "SELECT json_object('a' : wipe()), json_array(wipe())",
    effects: "SELECT · read SELECT() · write call FUNCTION(r wipe) · writes · escapes",
    since: 16,
  },
  {
    sql: "INSERT INTO audit SELECT wipe()::text",
    effects: "INSERT · write insert INSERT(w audit) · write call FUNCTION(r wipe) · writes · escapes",
  },
  {
    sql: "INSERT INTO stock (id) VALUES (wipe() + 50)",
    effects: "INSERT · write insert INSERT(w stock) · write call FUNCTION(r wipe) · writes · escapes",
  },
  {
    sql: "UPDATE stock SET count = wipe() WHERE id = 1",
    effects: "UPDATE · write update UPDATE(w stock) · write call FUNCTION(r wipe) · writes · escapes",
  },
  {
    sql: "UPDATE stock SET count = 0 WHERE id = wipe()",
    effects: "UPDATE · write update UPDATE(w stock) · write call FUNCTION(r wipe) · writes · escapes",
  },
  {
    sql: "DELETE FROM stock WHERE id = wipe() RETURNING wipe()",
    effects: "DELETE · write delete DELETE(w stock) · write call FUNCTION(r wipe) · writes · escapes",
  },
  {
    sql: "INSERT INTO stock (id) VALUES (1) ON CONFLICT (id) DO UPDATE SET count = wipe()",
    effects:
      "INSERT · write insert INSERT(w stock) · write update ON CONFLICT UPDATE(w stock) · write call FUNCTION(r wipe) · writes · escapes",
  },
  {
    sql: "SELECT double(2)",
    effects: "SELECT · read SELECT() · write call FUNCTION(r double) · writes · escapes",
  },
  {
    sql: "SELECT opened('c')",
    effects: "SELECT · read SELECT() · write call FUNCTION(r opened) · writes · escapes",
  },
  { sql: "FETCH ALL FROM c", effects: "FETCH · read FETCH()", after: ["SELECT opened('c')"] },
  { sql: "MOVE ALL FROM c", effects: "MOVE · read MOVE()", after: ["SELECT opened('c')"] },
  {
    sql: "SELECT pg_notify('channel', 'payload')",
    effects: "SELECT · read SELECT() · write call FUNCTION(r pg_notify) · writes",
  },
  {
    sql: "SELECT pg_terminate_backend(0)",
    effects: "SELECT · read SELECT() · admin admin FUNCTION(r pg_terminate_backend) · writes · escapes",
  },
  {
    sql: "SELECT pg_cancel_backend(0)",
    effects: "SELECT · read SELECT() · admin admin FUNCTION(r pg_cancel_backend) · writes · escapes",
  },
  {
    sql: "SELECT pg_reload_conf()",
    effects: "SELECT · read SELECT() · admin admin FUNCTION(r pg_reload_conf) · writes · escapes",
    unasked: "the server of all tests would read its configuration anew",
  },
  {
    sql: "SELECT pg_rotate_logfile()",
    effects: "SELECT · read SELECT() · admin admin FUNCTION(r pg_rotate_logfile) · writes · escapes",
    unasked: "it would act on the server of all tests",
  },
  {
    sql: "SELECT pg_promote()",
    effects: "SELECT · read SELECT() · admin admin FUNCTION(r pg_promote) · writes · escapes",
    fails: "55000",
  },
  {
    sql: "SELECT pg_switch_wal()",
    effects: "SELECT · read SELECT() · admin admin FUNCTION(r pg_switch_wal) · writes · escapes",
    unasked: "it would act on the server of all tests",
  },
  {
    sql: "SELECT pg_create_restore_point('corpus')",
    effects: "SELECT · read SELECT() · admin admin FUNCTION(r pg_create_restore_point) · writes · escapes",
  },
  {
    sql: "SELECT pg_logical_emit_message(true, 'a', 'b')",
    effects: "SELECT · read SELECT() · admin admin FUNCTION(r pg_logical_emit_message) · writes · escapes",
  },
  {
    sql: "SELECT pg_logical_emit_message(false, 'a', 'b')",
    effects: "SELECT · read SELECT() · admin admin FUNCTION(r pg_logical_emit_message) · writes · escapes",
  },
  {
    sql: "SELECT pg_import_system_collations('pg_catalog')",
    effects:
      "SELECT · read SELECT() · admin admin FUNCTION(r pg_import_system_collations) · writes · escapes",
  },
  {
    sql: "SELECT pg_stat_reset_single_table_counters('users'::regclass)",
    effects:
      "SELECT · read SELECT() · admin admin FUNCTION(r pg_stat_reset_single_table_counters) · writes · escapes",
  },
  {
    sql: "SELECT pg_stat_reset()",
    effects: "SELECT · read SELECT() · admin admin FUNCTION(r pg_stat_reset) · writes · escapes",
    unasked: "it forgets the counters by which the corpus is measured",
  },
  {
    sql: "SELECT pg_read_file('PG_VERSION')",
    effects: "SELECT · read SELECT() · admin admin FUNCTION(r pg_read_file) · writes · escapes",
  },
  {
    sql: "SELECT pg_read_binary_file('PG_VERSION')",
    effects: "SELECT · read SELECT() · admin admin FUNCTION(r pg_read_binary_file) · writes · escapes",
  },
  {
    sql: "SELECT count(*) FROM pg_ls_dir('.')",
    effects: "SELECT · read SELECT() · admin admin FUNCTION(r pg_ls_dir) · writes · escapes",
  },
  {
    sql: "SELECT (pg_stat_file('PG_VERSION')).size",
    effects: "SELECT · read SELECT() · admin admin FUNCTION(r pg_stat_file) · writes · escapes",
  },
  {
    sql: "SELECT pg_file_write('x', 'y', false)",
    effects: "SELECT · read SELECT() · admin admin FUNCTION(r pg_file_write) · writes · escapes",
    fails: "42883",
  },
  {
    sql: "SELECT lo_import('/nowhere')",
    effects: "SELECT · read SELECT() · admin admin FUNCTION(r lo_import) · writes · escapes",
    fails: "58P01",
  },
  {
    sql: "SELECT lo_export(4242, '/nowhere/x')",
    effects: "SELECT · read SELECT() · admin admin FUNCTION(r lo_export) · writes · escapes",
    fails: "58P01",
  },
  {
    sql: "SELECT pg_create_logical_replication_slot('corpus', 'pgoutput')",
    effects:
      "SELECT · read SELECT() · admin admin FUNCTION(r pg_create_logical_replication_slot) · writes · escapes",
    unasked: "a slot survives a rollback",
  },
  {
    sql: "SELECT pg_create_physical_replication_slot('corpus')",
    effects:
      "SELECT · read SELECT() · admin admin FUNCTION(r pg_create_physical_replication_slot) · writes · escapes",
    unasked: "a slot survives a rollback",
  },
  {
    sql: "SELECT pg_drop_replication_slot('corpus')",
    effects: "SELECT · read SELECT() · admin admin FUNCTION(r pg_drop_replication_slot) · writes · escapes",
    fails: "42704",
  },
  {
    sql: "SELECT pg_replication_origin_create('corpus')",
    effects:
      "SELECT · read SELECT() · admin admin FUNCTION(r pg_replication_origin_create) · writes · escapes",
  },
  {
    sql: "SELECT * FROM dblink('host=x', 'DELETE FROM log') AS t (a int)",
    effects: "SELECT · read SELECT() · admin admin FUNCTION(r dblink) · writes · escapes",
    fails: "42883",
  },
  {
    sql: "SELECT dblink_exec('host=x', 'DELETE FROM log')",
    effects: "SELECT · read SELECT() · admin admin FUNCTION(r dblink_exec) · writes · escapes",
    fails: "42883",
  },
  {
    sql: "SELECT dblink_exec('host=127.0.0.1 port=1 connect_timeout=1', 'DELETE FROM log')",
    effects: "SELECT · read SELECT() · admin admin FUNCTION(r dblink_exec) · writes · escapes",
    after: ["CREATE EXTENSION IF NOT EXISTS dblink"],
    fails: "08001",
  },
  {
    sql: "SELECT query_to_xml('SELECT wipe()', true, false, '')",
    effects:
      "SELECT · read SELECT() · write call FUNCTION(r query_to_xml) · read SELECT() · write call FUNCTION(r wipe) · writes · escapes",
  },
  {
    sql: "SELECT query_to_xml('SELECT 1; SELECT wipe()', true, false, '')",
    effects:
      "SELECT · read SELECT() · write call FUNCTION(r query_to_xml) · read SELECT() · read SELECT() · write call FUNCTION(r wipe) · writes · escapes",
  },
  {
    sql: "SELECT query_to_xml('SELECT wi' || 'pe()', true, false, '')",
    effects:
      "SELECT · read SELECT() · write call FUNCTION(r query_to_xml) · destructive unknown SQL TEXT OF QUERY_TO_XML() · writes · escapes",
  },
  {
    sql: "SELECT query_to_xml($q$SELECT wipe()$q$, true, false, '')",
    effects:
      "SELECT · read SELECT() · write call FUNCTION(r query_to_xml) · read SELECT() · write call FUNCTION(r wipe) · writes · escapes",
  },
  {
    sql: "SELECT query_to_xml(U&'SELECT wi\\0070e()', true, false, '')",
    effects:
      "SELECT · read SELECT() · write call FUNCTION(r query_to_xml) · read SELECT() · write call FUNCTION(r wipe) · writes · escapes",
  },
  {
    sql: "SELECT query_to_xml(E'SELECT wi\\160e()', true, false, '')",
    effects:
      "SELECT · read SELECT() · write call FUNCTION(r query_to_xml) · read SELECT() · write call FUNCTION(r wipe) · writes · escapes",
  },
  {
    sql: "SELECT query_to_xml('SELECT query_to_xml(''SELECT wipe()'', true, false, '''')', true, false, '')",
    effects:
      "SELECT · read SELECT() · write call FUNCTION(r query_to_xml) · read SELECT() · read SELECT() · write call FUNCTION(r wipe) · writes · escapes",
  },
  {
    sql: "SELECT query_to_xml('DELETE FROM log RETURNING 1', true, false, '')",
    effects:
      "SELECT · read SELECT() · write call FUNCTION(r query_to_xml) · destructive unknown SQL TEXT OF QUERY_TO_XML() · writes · escapes",
    fails: "0A000",
  },
  {
    sql: "SELECT query_to_xml('WITH d AS (DELETE FROM log RETURNING 1) TABLE d', true, false, '')",
    effects:
      "SELECT · read SELECT() · write call FUNCTION(r query_to_xml) · read SELECT() · destructive delete DELETE!(w log) · writes · escapes",
    fails: "0A000",
  },
  {
    sql: "SELECT query_to_xmlschema('SELECT 1', true, false, '')",
    effects:
      "SELECT · read SELECT() · write call FUNCTION(r query_to_xmlschema) · read SELECT() · writes · escapes",
  },
  {
    sql: "SELECT query_to_xml_and_xmlschema('SELECT wipe()', true, false, '')",
    effects:
      "SELECT · read SELECT() · write call FUNCTION(r query_to_xml_and_xmlschema) · read SELECT() · write call FUNCTION(r wipe) · writes · escapes",
  },
  {
    sql: "SELECT cursor_to_xml('c', 1, true, false, '')",
    effects:
      "SELECT · read SELECT() · write call FUNCTION(r cursor_to_xml) · destructive unknown SQL TEXT OF CURSOR_TO_XML() · writes · escapes",
    after: ["DECLARE c CURSOR FOR SELECT wipe()"],
  },
  {
    sql: "SELECT * FROM ts_stat('SELECT to_tsvector(wipe()::text)')",
    effects:
      "SELECT · read SELECT() · write call FUNCTION(r ts_stat) · read SELECT() · write call FUNCTION(r wipe) · writes · escapes",
  },
  {
    sql: "SELECT ts_rewrite('a'::tsquery, 'SELECT wipe()::text::tsquery, ''b''::tsquery')",
    effects:
      "SELECT · read SELECT() · write call FUNCTION(r ts_rewrite) · read SELECT() · write call FUNCTION(r wipe) · writes · escapes",
  },
  {
    sql: "SELECT table_to_xml('sly', true, false, '')",
    effects: "SELECT · read SELECT() · write call FUNCTION(r table_to_xml) · writes · escapes",
  },
  {
    sql: "SELECT schema_to_xml('public', true, false, '')",
    effects: "SELECT · read SELECT() · write call FUNCTION(r schema_to_xml) · writes · escapes",
  },
  {
    sql: "SELECT database_to_xml(true, false, '')",
    effects: "SELECT · read SELECT() · write call FUNCTION(r database_to_xml) · writes · escapes",
  },
  {
    sql: "SELECT * FROM crosstab('SELECT wipe()::text, ''a'', ''b''') AS t (a text, b text)",
    effects:
      "SELECT · read SELECT() · write call FUNCTION(r crosstab) · read SELECT() · write call FUNCTION(r wipe) · writes · escapes",
    after: ["CREATE EXTENSION IF NOT EXISTS tablefunc"],
  },
  {
    sql: "SELECT * FROM crosstab('SELECT ''a'', ''b'', ''c''', 'SELECT wipe()::text') AS t (a text, b text)",
    effects:
      "SELECT · read SELECT() · write call FUNCTION(r crosstab) · read SELECT() · read SELECT() · write call FUNCTION(r wipe) · writes · escapes",
    after: ["CREATE EXTENSION IF NOT EXISTS tablefunc"],
  },
  {
    sql: "SELECT * FROM connectby('tree', 'id', 'parent', '1', 0) AS t (id int, parent int, level int)",
    effects: "SELECT · read SELECT() · write call FUNCTION(r connectby) · writes · escapes",
    after: ["CREATE EXTENSION IF NOT EXISTS tablefunc"],
  },
  {
    sql: "SELECT * FROM xpath_table('name', 'name', 'users', '/', 'wipe() > 0') AS t (a text, b text)",
    effects: "SELECT · read SELECT() · write call FUNCTION(r xpath_table) · writes · escapes",
    after: ["CREATE EXTENSION IF NOT EXISTS xml2"],
  },
  {
    sql: "SELECT (0).pg_terminate_backend",
    effects: "SELECT · read SELECT() · admin admin FUNCTION(r pg_terminate_backend) · writes · escapes",
  },
  {
    sql: "SELECT ('counter'::regclass).nextval",
    effects: "SELECT · read SELECT() · write call FUNCTION(r nextval) · writes · escapes",
  },
  {
    sql: "SELECT c.nextval FROM unnest(ARRAY['counter'::regclass]) AS c",
    effects: "SELECT · read SELECT() · write call FUNCTION(r nextval) · writes · escapes",
  },
  {
    sql: "SELECT (4242::oid).lo_unlink",
    effects: "SELECT · read SELECT() · write call FUNCTION(r lo_unlink) · writes",
  },
  {
    sql: "SELECT set_config('search_path', 'evil, pg_catalog', true)",
    effects: "SELECT · read SELECT() · destructive unknown SET SEARCH_PATH() · writes · sets search_path",
  },
  {
    sql: "SELECT set_config('standard_conforming_' || 'strings', 'off', true)",
    effects: "SELECT · read SELECT() · destructive unknown SET (COMPUTED NAME)() · writes · sets *",
  },
  {
    sql: "SELECT set_config('standard_conforming_strings', 'off', true)",
    effects:
      "SELECT · read SELECT() · destructive unknown SET STANDARD_CONFORMING_STRINGS() · writes · sets standard_conforming_strings",
  },
  {
    sql: "SELECT set_config(name, 'view, foreign-table', false) FROM pg_settings WHERE name = 'restrict_nonsystem_relation_kind'",
    effects: "SELECT · read SELECT(r pg_settings) · sets *",
  },
  {
    sql: "SELECT set_config(name, 'evil, pg_catalog', true) FROM pg_settings WHERE name = 'search_path'",
    effects:
      "SELECT · read SELECT(r pg_settings) · destructive unknown SET (COMPUTED NAME)() · writes · sets *",
  },
  {
    sql: "SELECT set_config(name, 'of', true) FROM pg_settings WHERE name = 'standard_conforming_strings'",
    effects:
      "SELECT · read SELECT(r pg_settings) · destructive unknown SET (COMPUTED NAME)() · writes · sets *",
  },
  {
    sql: "SELECT set_config(name, 'Shift_JIS', true) FROM pg_settings WHERE name = 'client_encoding'",
    effects:
      "SELECT · read SELECT(r pg_settings) · destructive unknown SET (COMPUTED NAME)() · writes · sets *",
  },
  { sql: "SELECT set_config('role', 'corpus_reader', true)", effects: "SELECT · read SELECT() · sets role" },
  { sql: "SELECT pg_stat_force_next_flush(), pg_stat_clear_snapshot()", effects: "SELECT · read SELECT()" },
  {
    sql: "SELECT pg_log_backend_memory_contexts(0)",
    effects:
      "SELECT · read SELECT() · admin admin FUNCTION(r pg_log_backend_memory_contexts) · writes · escapes",
  },
  {
    sql: "SELECT gin_clean_pending_list('listed'::regclass)",
    effects: "SELECT · read SELECT() · write call FUNCTION(r gin_clean_pending_list) · writes · escapes",
    after: ["CREATE INDEX listed ON stock USING gin (tags)"],
  },
  {
    sql: "SELECT pg_nextoid('pg_class', 'oid', 'pg_class_oid_index')",
    effects: "SELECT · read SELECT() · admin admin FUNCTION(r pg_nextoid) · writes · escapes",
  },
  {
    sql: "SELECT binary_upgrade_set_next_pg_type_oid(5)",
    effects:
      "SELECT · read SELECT() · admin admin FUNCTION(r binary_upgrade_set_next_pg_type_oid) · writes · escapes",
    fails: "55P02",
  },
  {
    sql: "SELECT pg_restore_relation_stats('schemaname', 'public', 'relname', 'users', 'relpages', 5)",
    effects: "SELECT · read SELECT() · admin admin FUNCTION(r pg_restore_relation_stats) · writes · escapes",
    since: 18,
  },
  {
    sql: "SELECT pg_clear_relation_stats('public', 'users')",
    effects: "SELECT · read SELECT() · admin admin FUNCTION(r pg_clear_relation_stats) · writes · escapes",
    since: 18,
  },
];

import type { Case } from "../case.ts";

/** What only reads, in every shape that SELECT has; none of it may be called a write. */
export const selects: readonly Case[] = [
  { sql: "SELECT 1", effects: "SELECT · read SELECT()" },
  { sql: "SELECT", effects: "SELECT · read SELECT()" },
  { sql: "TABLE users", effects: "SELECT · read SELECT(r users)" },
  { sql: "VALUES (1, 'a'), (2, 'b')", effects: "SELECT · read SELECT()" },
  {
    sql: "SELECT u.name, o.total FROM users u LEFT JOIN orders o ON o.user_id = u.id WHERE o.total > 5 ORDER BY 2 DESC NULLS LAST LIMIT 3 OFFSET 1",
    effects: "SELECT · read SELECT(r users, r orders)",
  },
  {
    sql: "SELECT * FROM users NATURAL JOIN shop.users s",
    effects: "SELECT · read SELECT(r users, r shop.users)",
  },
  {
    sql: "SELECT * FROM users CROSS JOIN LATERAL (SELECT * FROM orders WHERE user_id = users.id ORDER BY id FETCH FIRST 1 ROW WITH TIES) o",
    effects: "SELECT · read SELECT(r users, r orders)",
  },
  {
    sql: "SELECT DISTINCT ON (boss) boss, name FROM users ORDER BY boss, id",
    effects: "SELECT · read SELECT(r users)",
  },
  {
    sql: "SELECT boss, count(*) FILTER (WHERE id > 1), string_agg(name, ',' ORDER BY name) FROM users GROUP BY ROLLUP (boss), CUBE (id) HAVING count(*) > 0",
    effects: "SELECT · read SELECT(r users)",
  },
  {
    sql: "SELECT sum(total) OVER w, rank() OVER (PARTITION BY user_id ORDER BY total ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) FROM orders WINDOW w AS (ORDER BY id)",
    effects: "SELECT · read SELECT(r orders)",
  },
  {
    sql: "SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY total) FROM orders",
    effects: "SELECT · read SELECT(r orders)",
  },
  {
    sql: "SELECT name FROM users UNION SELECT name FROM shop.users INTERSECT ALL SELECT sku FROM stock EXCEPT SELECT what FROM log",
    effects: "SELECT · read SELECT(r users, r shop.users, r stock, r log)",
  },
  {
    sql: "SELECT * FROM users TABLESAMPLE bernoulli (50) REPEATABLE (1)",
    effects: "SELECT · read SELECT(r users)",
  },
  { sql: "SELECT * FROM ONLY users AS u (a, b, c)", effects: "SELECT · read SELECT(r users)" },
  {
    sql: "SELECT * FROM ROWS FROM (generate_series(1, 2), unnest(ARRAY['a', 'b'])) WITH ORDINALITY AS g (n, c, ord)",
    effects: "SELECT · read SELECT()",
  },
  {
    sql: "SELECT CASE WHEN EXISTS (SELECT 1 FROM orders) THEN coalesce(name, '') ELSE nullif(name, 'x') END FROM users",
    effects: "SELECT · read SELECT(r orders, r users)",
  },
  {
    sql: "SELECT ARRAY(SELECT id FROM users), ROW(1, 2), (ARRAY[1, 2])[1], ARRAY[1, 2] @> ARRAY[1]",
    effects: "SELECT · read SELECT(r users)",
  },
  {
    sql: "SELECT id FROM users WHERE id = ANY (SELECT user_id FROM orders) AND name LIKE 'u%' AND id NOT BETWEEN 5 AND 6 AND name IS DISTINCT FROM 'x'",
    effects: "SELECT · read SELECT(r users, r orders)",
  },
  {
    sql: "SELECT '{\"a\": [1, 2]}'::jsonb #>> '{a,0}', '{\"a\": 1}'::jsonb ? 'a', jsonb_path_query_array('[1, 2]', '$[*]')",
    effects: "SELECT · read SELECT()",
  },
  {
    sql: "SELECT xmlelement(name a, xmlattributes(1 AS b), 'c'), xmlforest(1 AS d)",
    effects: "SELECT · read SELECT()",
  },
  {
    sql: "SELECT * FROM xmltable('/a/b' PASSING '<a><b>1</b></a>' COLUMNS n int PATH '.')",
    effects: "SELECT · read SELECT()",
  },
  {
    sql: "SELECT * FROM json_table('[1, 2]', '$[*]' COLUMNS (n int PATH '$'))",
    effects: "SELECT · read SELECT()",
    since: 17,
  },
  {
    sql: "SELECT json_value('{\"a\": 1}', '$.a' RETURNING int DEFAULT 0 ON EMPTY), json_exists('{}', '$.a'), json_query('{}', '$')",
    effects: "SELECT · read SELECT()",
    since: 17,
  },
  {
    sql: "SELECT extract(year FROM now()), overlay('abc' PLACING 'x' FROM 2), position('a' IN 'ba'), trim(BOTH 'x' FROM 'xax'), substring('abc' FROM 2 FOR 1)",
    effects: "SELECT · read SELECT()",
  },
  {
    sql: "SELECT current_date, localtimestamp, current_user, session_user, current_catalog, current_schema",
    effects: "SELECT · read SELECT()",
  },
  {
    sql: "SELECT now() AT TIME ZONE 'UTC', interval '1 day', date '2024-01-01' + 1",
    effects: "SELECT · read SELECT()",
  },
  { sql: "SELECT 'calm'::mood, (ROW(1, 2)::pair).a, 5::positive", effects: "SELECT · read SELECT()" },
  {
    sql: 'SELECT name COLLATE "C" FROM users ORDER BY name COLLATE "POSIX" USING <',
    effects: "SELECT · read SELECT(r users)",
  },
  { sql: "SELECT user_names.name FROM user_names", effects: "SELECT · read SELECT(r user_names)" },
  { sql: "SELECT * FROM totals", effects: "SELECT · read SELECT(r totals)" },
  { sql: "SELECT * FROM events WHERE at < '2025-01-01'", effects: "SELECT · read SELECT(r events)" },
  {
    sql: "SELECT count(*) FROM pg_catalog.pg_class c JOIN information_schema.tables t ON t.table_name = c.relname",
    effects: "SELECT · read SELECT(r pg_catalog.pg_class, r information_schema.tables)",
  },
  {
    sql: "SELECT pg_get_viewdef('sly'::regclass), obj_description('users'::regclass), pg_relation_size('users')",
    effects: "SELECT · read SELECT()",
  },
  {
    sql: "SELECT pg_sleep(0), random() < 2, clock_timestamp() > now(), gen_random_uuid() IS NOT NULL",
    effects: "SELECT · read SELECT()",
  },
  { sql: "SELECT last_value FROM counter", effects: "SELECT · read SELECT(r counter)" },
  {
    sql: "SELECT currval('counter'), lastval()",
    effects: "SELECT · read SELECT()",
    after: ["SELECT nextval('counter')"],
  },
  { sql: "SELECT abs(2) FROM users", effects: "SELECT · read SELECT(r users)" },
  { sql: "SELECT lo_get(4242), loread(lo_open(4242, 262144), 3)", effects: "SELECT · read SELECT()" },
  { sql: "SELECT * FROM users FOR UPDATE", effects: "SELECT · read SELECT(r users)", takesXid: true },
  {
    sql: "SELECT * FROM users u JOIN orders o ON o.user_id = u.id FOR NO KEY UPDATE OF u FOR KEY SHARE OF o SKIP LOCKED",
    effects: "SELECT · read SELECT(r users, r orders)",
    takesXid: true,
  },
  {
    sql: "SELECT * FROM (SELECT * FROM stock FOR SHARE NOWAIT) s",
    effects: "SELECT · read SELECT(r stock)",
    takesXid: true,
  },
  {
    sql: "SELECT pg_advisory_xact_lock(1), pg_try_advisory_lock(2), pg_advisory_unlock(2)",
    effects: "SELECT · read SELECT()",
  },
  { sql: "SELECT pg_current_xact_id()", effects: "SELECT · read SELECT()", takesXid: true },
  { sql: "SELECT txid_current()", effects: "SELECT · read SELECT()", takesXid: true },
  { sql: "SELECT pg_export_snapshot() IS NOT NULL", effects: "SELECT · read SELECT()" },
  {
    sql: "SELECT has_table_privilege('users', 'DELETE'), to_regclass('nothing'), 'users'::regclass::oid > 0",
    effects: "SELECT · read SELECT()",
  },
  {
    sql: "SELECT set_config('application_name', 'x', true)",
    effects: "SELECT · read SELECT() · sets application_name",
  },
  {
    sql: "SELECT pg_catalog.set_config('work_mem', '8MB', false)",
    effects: "SELECT · read SELECT() · sets work_mem",
  },
  {
    sql: "SELECT * FROM pg_settings WHERE name = 'work_mem'",
    effects: "SELECT · read SELECT(r pg_settings)",
  },
  {
    sql: "SELECT query_to_xml('SELECT 1 AS a', true, false, '')",
    effects:
      "SELECT · read SELECT() · write call FUNCTION(r query_to_xml) · read SELECT() · writes · escapes",
  },
  {
    sql: "SELECT * FROM ts_stat('SELECT to_tsvector(name) FROM users')",
    effects:
      "SELECT · read SELECT() · write call FUNCTION(r ts_stat) · read SELECT(r users) · writes · escapes",
  },
  {
    sql: "SELECT ts_rewrite('a & b'::tsquery, 'SELECT ''a''::tsquery, ''c''::tsquery')",
    effects: "SELECT · read SELECT() · write call FUNCTION(r ts_rewrite) · read SELECT() · writes · escapes",
  },
  {
    sql: "SELECT ts_rewrite('a'::tsquery, 'a'::tsquery, 'b'::tsquery)",
    effects: "SELECT · read SELECT() · write call FUNCTION(r ts_rewrite) · writes · escapes",
  },
  { sql: "SELECT users FROM users", effects: "SELECT · read SELECT(r users)" },
  { sql: "SELECT (users).name, users.id FROM users", effects: "SELECT · read SELECT(r users)" },
  { sql: "SELECT 1 + 2 * -3 ^ 2, '5' || 'a', 7 % 2, @ -5, |/ 9, ~1", effects: "SELECT · read SELECT()" },
  { sql: "SELECT 1 OPERATOR(pg_catalog.+) 2", effects: "SELECT · read SELECT()" },
  {
    sql: "SELECT to_tsvector('a') @@ to_tsquery('a'), '(0,0)'::point <-> '(1,1)'::point, inet '1.2.3.4' << inet '1.0.0.0/8'",
    effects: "SELECT · read SELECT()",
  },
];

import type { Case } from "../case.ts";

/** What changes the session only. Such statements are reads, but they say which settings change. */
export const session: readonly Case[] = [
  { sql: "SET work_mem = '9MB'", effects: "SET · transaction SET() · sets work_mem" },
  { sql: "SET LOCAL statement_timeout TO 5000", effects: "SET · transaction SET() · sets statement_timeout" },
  { sql: "SET SESSION search_path = shop, public", effects: "SET · transaction SET() · sets search_path" },
  { sql: "SET search_path TO DEFAULT", effects: "SET · transaction SET() · sets search_path" },
  { sql: "RESET work_mem", effects: "RESET · transaction RESET() · sets work_mem" },
  { sql: "RESET ALL", effects: "RESET · transaction RESET() · sets all" },
  { sql: "SHOW work_mem", effects: "SHOW · read SHOW()" },
  { sql: "SHOW ALL", effects: "SHOW · read SHOW()" },
  { sql: "SHOW TRANSACTION ISOLATION LEVEL", effects: "SHOW · read SHOW()" },
  { sql: "SET TIME ZONE 'UTC'", effects: "SET · transaction SET() · sets timezone" },
  { sql: "SET TIME ZONE LOCAL", effects: "SET · transaction SET() · sets timezone" },
  {
    sql: "SET TIME ZONE INTERVAL '+02:00' HOUR TO MINUTE",
    effects: "SET · transaction SET() · sets timezone",
  },
  { sql: "SET NAMES 'UTF8'", effects: "SET · transaction SET() · sets client_encoding" },
  { sql: "SET client_encoding TO 'LATIN1'", effects: "SET · transaction SET() · sets client_encoding" },
  { sql: "SET SEED TO 0.5", effects: "SET · transaction SET() · sets seed" },
  { sql: "SET XML OPTION DOCUMENT", effects: "SET · transaction SET() · sets xmloption" },
  { sql: "SET my.setting = 'x'", effects: "SET · transaction SET() · sets my.setting" },
  { sql: 'SET LOCAL "my"."Setting" TO \'x\'', effects: "SET · transaction SET() · sets my.setting" },
  { sql: "SET extra_float_digits = 1", effects: "SET · transaction SET() · sets extra_float_digits" },
  { sql: "SET ROLE corpus_reader", effects: "SET · transaction SET() · sets role" },
  { sql: "SET LOCAL ROLE corpus_reader", effects: "SET · transaction SET() · sets role" },
  {
    sql: "SET ROLE NONE",
    effects: "SET · transaction SET() · sets role",
    after: ["SET LOCAL ROLE corpus_reader"],
  },
  {
    sql: "RESET ROLE",
    effects: "RESET · transaction RESET() · sets role",
    after: ["SET LOCAL ROLE corpus_reader"],
  },
  {
    sql: "SET SESSION AUTHORIZATION corpus_reader",
    effects: "SET · transaction SET() · sets session_authorization",
  },
  {
    sql: "SET LOCAL SESSION AUTHORIZATION 'corpus_reader'",
    effects: "SET · transaction SET() · sets session_authorization",
  },
  {
    sql: "RESET SESSION AUTHORIZATION",
    effects: "RESET · transaction RESET() · sets session_authorization",
    after: ["SET LOCAL SESSION AUTHORIZATION corpus_reader"],
  },
  {
    sql: "SET standard_conforming_strings = on",
    effects: "SET · transaction SET() · sets standard_conforming_strings",
  },
  {
    sql: "SET standard_conforming_strings = off",
    effects:
      "SET · transaction SET() · destructive unknown SET STANDARD_CONFORMING_STRINGS() · writes · sets standard_conforming_strings",
  },
  {
    sql: "SET STANDARD_CONFORMING_STRINGS TO 'off'",
    effects:
      "SET · transaction SET() · destructive unknown SET STANDARD_CONFORMING_STRINGS() · writes · sets standard_conforming_strings",
  },
  {
    sql: 'SET "standard_conforming_strings" = 0',
    effects:
      "SET · transaction SET() · destructive unknown SET STANDARD_CONFORMING_STRINGS() · writes · sets standard_conforming_strings",
  },
  {
    sql: 'SET U&"standard_conforming_string\\0073" = false',
    effects:
      "SET · transaction SET() · destructive unknown SET STANDARD_CONFORMING_STRINGS() · writes · sets standard_conforming_strings",
  },
  {
    sql: "RESET standard_conforming_strings",
    effects: "RESET · transaction RESET() · sets standard_conforming_strings",
  },
  { sql: "SET LOCAL backslash_quote = on", effects: "SET · transaction SET() · sets backslash_quote" },
  { sql: "SET escape_string_warning = off", effects: "SET · transaction SET() · sets escape_string_warning" },
  {
    sql: "SET client_encoding = 'SJIS'",
    effects:
      "SET · transaction SET() · destructive unknown SET CLIENT_ENCODING() · writes · sets client_encoding",
  },
  {
    sql: "SET NAMES 'GBK'",
    effects:
      "SET · transaction SET() · destructive unknown SET CLIENT_ENCODING() · writes · sets client_encoding",
  },
  {
    sql: "SET NAMES 'BIG5'",
    effects:
      "SET · transaction SET() · destructive unknown SET CLIENT_ENCODING() · writes · sets client_encoding",
  },
  {
    sql: "SET client_encoding TO 'gb-18030'",
    effects:
      "SET · transaction SET() · destructive unknown SET CLIENT_ENCODING() · writes · sets client_encoding",
  },
  {
    sql: "SET NAMES 'Shift_JIS_2004'",
    effects:
      "SET · transaction SET() · destructive unknown SET CLIENT_ENCODING() · writes · sets client_encoding",
  },
  {
    sql: "SET search_path = evil, pg_catalog",
    effects: "SET · transaction SET() · destructive unknown SET SEARCH_PATH() · writes · sets search_path",
  },
  {
    sql: "SET LOCAL search_path TO 'evil', 'public', 'pg_catalog'",
    effects: "SET · transaction SET() · destructive unknown SET SEARCH_PATH() · writes · sets search_path",
  },
  { sql: "SET search_path = pg_catalog, evil", effects: "SET · transaction SET() · sets search_path" },
  { sql: "SET search_path TO ''", effects: "SET · transaction SET() · sets search_path" },
  {
    sql: "SELECT set_config('search_path', 'evil,pg_catalog', true)",
    effects: "SELECT · read SELECT() · destructive unknown SET SEARCH_PATH() · writes · sets search_path",
  },
  {
    sql: 'SET search_path = "evil, pg_catalog"',
    effects: "SET · transaction SET() · destructive unknown SET SEARCH_PATH() · writes · sets search_path",
  },
  {
    sql: 'SET search_path = evil, U&"pg\\005fcatalog"',
    effects: "SET · transaction SET() · destructive unknown SET SEARCH_PATH() · writes · sets search_path",
  },
  { sql: "SET search_path = public, pg_temp", effects: "SET · transaction SET() · sets search_path" },
  {
    sql: "SET session_replication_role = replica",
    effects: "SET · transaction SET() · sets session_replication_role",
  },
  { sql: "SET row_security = off", effects: "SET · transaction SET() · sets row_security" },
  {
    sql: "SET default_transaction_read_only = on",
    effects: "SET · transaction SET() · sets default_transaction_read_only",
  },
  { sql: "SET transaction_read_only = off", effects: "SET · transaction SET() · sets transaction_read_only" },
  { sql: "DISCARD PLANS", effects: "DISCARD PLANS · transaction DISCARD PLANS()" },
  {
    sql: "DISCARD TEMP",
    effects: "DISCARD TEMP · write define DISCARD TEMP() · writes",
    after: ["CREATE TEMP TABLE x (a int)"],
    also: ["x"],
  },
  { sql: "DISCARD TEMPORARY", effects: "DISCARD TEMP · write define DISCARD TEMP() · writes" },
  { sql: "DISCARD ALL", effects: "DISCARD ALL · transaction DISCARD ALL() · sets all", fails: "25001" },
  { sql: "LISTEN channel", effects: "LISTEN · transaction LISTEN()" },
  { sql: "UNLISTEN channel", effects: "UNLISTEN · transaction UNLISTEN()" },
  { sql: "UNLISTEN *", effects: "UNLISTEN · transaction UNLISTEN()" },
  { sql: "NOTIFY channel", effects: "NOTIFY · write call NOTIFY() · writes" },
  { sql: "NOTIFY channel, 'payload'", effects: "NOTIFY · write call NOTIFY() · writes" },
  {
    sql: "LOAD 'auto_explain'",
    effects: "LOAD · admin admin LOAD() · writes · escapes",
    unasked: "the session of the corpus would keep what it loads",
  },
  { sql: "LOAD '$libdir/nothing'", effects: "LOAD · admin admin LOAD() · writes · escapes", fails: "58P01" },
];

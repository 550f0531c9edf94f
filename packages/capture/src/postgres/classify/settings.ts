import { addOperation, type Draft } from "./draft.ts";

/**
 * Encodings whose characters may contain ASCII bytes. The server would then split a text into characters, and so
 * into strings, in another way than we do.
 */
const unsafeEncoding =
  /^(big5|gbk|gb18030|johab|sjis|shiftjis2004|shiftjis|mskanji|win932|windows932|uhc|win949|windows949|win936|windows936|win950|windows950)$/;

/**
 * Notes that a setting changes. `name` or `value` is undefined when the statement computes it.
 *
 * Three settings change what a text means: with `standard_conforming_strings` off, a backslash escapes a quote; with
 * certain values of `client_encoding` a quote can be half of a character; and with a schema before pg_catalog in
 * `search_path`, a function or an operator of PostgreSQL's own name can be anybody's. A statement that we read as
 * harmless could then be another one for the server. Such a change is of kind `unknown`, which policy refuses, and so
 * is a change of we-cannot-tell-which setting, unless its value would do no harm in any of the three: pg_dump begins with
 * `SELECT set_config(name, 'view, foreign-table', false) FROM pg_settings WHERE …`.
 */
export function changeSetting(draft: Draft, name: string | undefined, value: string | undefined): void {
  const setting = name?.toLowerCase();
  draft.changesSession.add(setting ?? "*");
  if (keepsMeaning(setting, value)) return;
  addOperation(draft, {
    kind: "unknown",
    tier: "destructive",
    verb: `SET ${(setting ?? "(computed name)").toUpperCase()}`,
  });
}

function keepsMeaning(setting: string | undefined, value: string | undefined): boolean {
  if (setting === undefined) return value !== undefined && isHarmlessAnywhere(value);
  if (setting === "search_path") return value !== undefined && keepsCatalogueFirst(value);
  if (setting === "standard_conforming_strings") return /^(on|true|tru|tr|t|yes|ye|y|1)$/i.test(value ?? "");
  if (setting !== "client_encoding") return true;
  return value !== undefined && isSafeEncoding(value);
}

/** What is no truth value at all, standard_conforming_strings does not take. */
function isHarmlessAnywhere(value: string): boolean {
  const isNo = ["false", "no", "off", "0"].some((word) => word.startsWith(value.trim().toLowerCase()));
  return !isNo && keepsCatalogueFirst(value) && isSafeEncoding(value);
}

function isSafeEncoding(value: string): boolean {
  return !unsafeEncoding.test(value.toLowerCase().replace(/[^a-z0-9]/g, ""));
}

/**
 * pg_catalog is searched first unless it is named behind something else. The temporary schema is searched before it
 * anyway, and never for functions or operators.
 */
function keepsCatalogueFirst(searchPath: string): boolean {
  const schemas = searchPath.split(",").map((name) => name.trim().replaceAll('"', "").toLowerCase());
  return schemas.slice(0, Math.max(0, schemas.indexOf("pg_catalog"))).every((name) => name === "pg_temp");
}

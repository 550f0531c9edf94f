import { createRequire } from "node:module";
import type { RawStmt, ScanToken } from "libpg-query";
import { CaptureError } from "../../error.ts";

type Library = typeof import("libpg-query");

/**
 * PostgreSQL's own parser, compiled to WebAssembly.
 *
 * Only `parse` and `scan` are used of it. Its `fingerprint` and `normalize` overflow the stack at fifteen levels of
 * nesting, once V8 has optimised them; and a stack overflow inside WebAssembly does not unwind the module's own
 * stack: after some thirty the module is broken for good, or worse, wrong. So an instance in which anything but a
 * syntax error happened is never used again. complexity.ts keeps that from happening in ordinary life.
 */
let library: Library | undefined;
let loading: Promise<void> | undefined;

/** Makes the parser ready; takes some 40 ms. Everything below needs it once. */
export function loadParser(): Promise<void> {
  loading ??= load();
  return loading;
}

async function load(): Promise<void> {
  const require = createRequire(import.meta.url);
  // An instance lives in the module's own variable: to get another, the module must be run again.
  delete require.cache[require.resolve("libpg-query")];
  const fresh = require("libpg-query") as Library;
  await fresh.loadModule();
  library = fresh;
}

/** The statements of a text. Throws STATEMENT_UNPARSEABLE with the parser's words, or STATEMENT_TOO_COMPLEX. */
export function parse(sql: string): readonly RawStmt[] {
  // The binding takes an empty text for a mistake of its caller's.
  if (sql === "") return [];
  return use((instance) => instance.parseSync(sql).stmts ?? []);
}

/** The tokens of a text; `start` and `end` count bytes of UTF-8. */
export function scan(sql: string): readonly ScanToken[] {
  if (sql === "") return [];
  return use((instance) => instance.scanSync(sql).tokens);
}

/** A function in PL/pgSQL, given as the statement that creates it. Throws as `parse` does. */
export function parsePlpgsql(definition: string): unknown {
  return use((instance) => instance.parsePlPgSQLSync(definition));
}

function use<Result>(call: (instance: Library) => Result): Result {
  if (loading === undefined) throw new Error("loadParser() must have been awaited before");
  if (library === undefined)
    throw tooComplex("the parser is being replaced after an earlier statement broke it");
  try {
    return call(library);
  } catch (error) {
    if (error instanceof library.SqlError) throw refusal(error);
    library = undefined;
    loading = load();
    throw tooComplex("the statement is nested too deeply to be parsed", error);
  }
}

function refusal(error: InstanceType<Library["SqlError"]>): CaptureError {
  if (error.message.startsWith("memory exhausted")) return tooComplex(error.message, error);
  const position = error.sqlDetails?.cursorPosition;
  return new CaptureError("STATEMENT_UNPARSEABLE", error.message, {
    cause: error,
    ...(position === undefined ? {} : { position }),
  });
}

function tooComplex(message: string, cause?: unknown): CaptureError {
  return new CaptureError("STATEMENT_TOO_COMPLEX", message, { cause });
}

import type { RawStmt } from "libpg-query";
import { isSpace, skipComment } from "./lexical.ts";

/**
 * Where each statement of a text begins and ends, in bytes; the parser's text is read byte by byte as Latin-1, so
 * that offsets are indices.
 *
 * The parser says where a statement's first word stands, and where the semicolon behind it. Comments before that
 * word belong to the statement, back to the last semicolon that is not itself inside a comment.
 */
export function slicesOf(sql: string, statements: readonly RawStmt[]): { from: number; to: number }[] {
  const bytes = Buffer.byteLength(sql) === sql.length ? sql : Buffer.from(sql).toString("latin1");
  let previousEnd = 0;
  return statements.map(({ stmt_len: size, stmt_location: first = 0 }) => {
    const end = size === undefined || size === 0 ? bytes.length : first + size;
    const begin = behindLastSemicolon(bytes, previousEnd, first);
    previousEnd = end;
    return trim(bytes, begin, end);
  });
}

/** Between two statements stand only white space, comments and semicolons. */
function behindLastSemicolon(bytes: string, from: number, to: number): number {
  let begin = from;
  for (let at = from; at < to; ) {
    if (bytes[at] === ";") begin = at + 1;
    at = Math.max(skipComment(bytes, at), at + 1);
  }
  return begin;
}

function trim(bytes: string, begin: number, end: number): { from: number; to: number } {
  let from = begin;
  let to = end;
  while (from < to && isSpace(bytes.charCodeAt(from))) from += 1;
  while (to > from && isSpace(bytes.charCodeAt(to - 1))) to -= 1;
  return { from, to };
}

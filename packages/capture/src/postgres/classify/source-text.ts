import { isUtf8 } from "node:buffer";
import { hash } from "node:crypto";
import { CaptureError } from "../../error.ts";

/**
 * A message's text as the parser reads it, and its bytes as the client sent them.
 *
 * Bytes that are not UTF-8 are read as one character each. In every encoding that PostgreSQL allows a server to
 * have, characters beyond ASCII consist of bytes beyond ASCII, so strings and statements end where they end for the
 * server. The encodings in which they do not (SJIS, BIG5, GBK …) must be refused where the session chooses one.
 */
export interface SourceText {
  /** How the message's bytes became `sql`. */
  readonly encoding: "utf8" | "latin1";
  readonly sql: string;
  /** Bytes of `sql` in UTF-8. */
  readonly size: number;
  /** A part of it; `from` and `to` count bytes of the parser's UTF-8. */
  slice(from: number, to: number): { text: string; start: number; end: number; digest: string };
}

export function sourceText(sql: string | Buffer): SourceText {
  // Half a surrogate pair has no bytes of its own: what the client would send is the replacement character.
  if (typeof sql === "string") return readAs(Buffer.from(sql).toString("utf8"), "utf8");
  return isUtf8(sql) ? readAs(sql.toString("utf8"), "utf8") : readAs(sql.toString("latin1"), "latin1");
}

function readAs(sql: string, encoding: "utf8" | "latin1"): SourceText {
  // The parser would take the text before it for all of the text.
  const nul = sql.indexOf("\u0000");
  if (nul !== -1) {
    throw new CaptureError("STATEMENT_UNPARSEABLE", "the text contains a NUL character", { position: nul });
  }
  const size = Buffer.byteLength(sql);
  if (size === sql.length) {
    return { encoding, sql, size, slice: (from, to) => describePart(sql.slice(from, to), from, to, "utf8") };
  }
  const bytes = Buffer.from(sql);
  const place = encoding === "utf8" ? (offset: number) => offset : charactersUpTo(bytes);
  return {
    encoding,
    sql,
    size,
    slice: (from, to) => describePart(bytes.toString("utf8", from, to), place(from), place(to), encoding),
  };
}

/**
 * For Latin-1, a character of the parser's text is a byte of the message. Statements are asked for from front to back,
 * so each count goes on where the last one ended: counting anew for each of thousands would take minutes.
 */
function charactersUpTo(bytes: Buffer): (offset: number) => number {
  let at = 0;
  let characters = 0;
  return (offset) => {
    if (offset < at) at = characters = 0;
    for (; at < offset; at += 1) if (((bytes[at] as number) & 0xc0) !== 0x80) characters += 1;
    return characters;
  };
}

function describePart(
  text: string,
  start: number,
  end: number,
  encoding: "utf8" | "latin1",
): ReturnType<SourceText["slice"]> {
  const digest = hash("sha256", encoding === "utf8" ? text : Buffer.from(text, "latin1"));
  return { text, start, end, digest };
}

/** What a piece of a statement is, for its colour. Only looks: what a statement does is decided elsewhere. */
export type SqlTokenKind = "keyword" | "string" | "number" | "comment" | "parameter" | "name" | "other";

export interface SqlToken {
  readonly kind: SqlTokenKind;
  readonly text: string;
}

/**
 * Cuts a statement into tokens; joined, they are the statement again, whatever it is. Each pattern begins where the
 * last one ended and never goes back, so that time grows with the length only.
 */
export function sqlTokens(text: string): SqlToken[] {
  const tokens: SqlToken[] = [];
  for (let at = 0; at < text.length; ) {
    const token = tokenAt(text, at);
    const last = tokens.at(-1);
    // Neighbours of one colour are one element of the page.
    if (last !== undefined && last.kind === token.kind && token.kind === "other")
      tokens[tokens.length - 1] = { kind: "other", text: last.text + token.text };
    else tokens.push(token);
    at += token.text.length;
  }
  return tokens;
}

const PATTERNS: readonly (readonly [SqlTokenKind, RegExp])[] = [
  ["comment", /--[^\r\n]*/y],
  ["string", /[eEbBxXnN]?'(?:[^'\\]|\\[\s\S]|'')*(?:'|$)/y],
  ["name", /"(?:[^"]|"")*(?:"|$)/y],
  ["name", /`[^`]*(?:`|$)/y],
  // How a character is written that would not show itself; no SQL has it outside of a string.
  ["other", /\\u\{[0-9a-f]+\}/y],
  ["parameter", /\$\d+|:[A-Za-z_]\w*/y],
  ["number", /(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?/y],
  ["name", /[\p{L}_][\p{L}\p{N}_$]*/uy],
  ["other", /\s+|::|[^\s]/uy],
];

function tokenAt(text: string, at: number): SqlToken {
  if (text.startsWith("/*", at)) return { kind: "comment", text: text.slice(at, commentEnd(text, at)) };
  const dollar = dollarQuoted(text, at);
  if (dollar !== undefined) return { kind: "string", text: dollar };
  for (const [kind, pattern] of PATTERNS) {
    pattern.lastIndex = at;
    const found = pattern.exec(text)?.[0];
    if (!found) continue;
    return { kind: kind === "name" && KEYWORDS.has(found.toUpperCase()) ? "keyword" : kind, text: found };
  }
  return { kind: "other", text: text[at] as string };
}

/** Comments nest in PostgreSQL. One that is never closed goes to the end. */
function commentEnd(text: string, start: number): number {
  const mark = /\/\*|\*\//g;
  mark.lastIndex = start;
  for (let depth = 0; ; ) {
    const found = mark.exec(text);
    if (found === null) return text.length;
    depth += found[0] === "/*" ? 1 : -1;
    if (depth === 0) return mark.lastIndex;
  }
}

/** `$tag$ … $tag$`. */
function dollarQuoted(text: string, at: number): string | undefined {
  if (text[at] !== "$") return undefined;
  const opening = /\$(?:[A-Za-z_]\w{0,62})?\$/y;
  opening.lastIndex = at;
  const tag = opening.exec(text)?.[0];
  if (tag === undefined) return undefined;
  const end = text.indexOf(tag, at + tag.length);
  return end === -1 ? text.slice(at) : text.slice(at, end + tag.length);
}

const KEYWORDS = new Set(
  `ADD ALL ALTER ANALYZE AND ANY AS ASC BEGIN BETWEEN BY CALL CASCADE CASE CAST CHECK COLUMN COMMENT COMMIT CONFLICT
  CONSTRAINT COPY CREATE CROSS CURRENT DATABASE DEFAULT DELETE DESC DISTINCT DO DROP ELSE END EXCEPT EXECUTE EXISTS
  EXPLAIN EXTENSION FALSE FETCH FOR FOREIGN FROM FULL FUNCTION GRANT GROUP HAVING IF ILIKE IN INDEX INNER INSERT
  INTERSECT INTO IS JOIN KEY LANGUAGE LATERAL LEFT LIKE LIMIT LOCK MATERIALIZED MERGE NATURAL NOT NOTHING NULL OF OFFSET
  ON OR ORDER OUTER OVER PARTITION POLICY PREPARE PRIMARY PROCEDURE REFERENCES REINDEX RENAME REPLACE RESET RETURNING
  REVOKE RIGHT ROLE ROLLBACK ROW ROWS SAVEPOINT SCHEMA SELECT SEQUENCE SET SHOW START STDIN STDOUT TABLE TEMPORARY THEN
  TO TRANSACTION TRIGGER TRUE TRUNCATE UNION UNIQUE UPDATE USER USING VACUUM VALUES VIEW WHEN WHERE WINDOW WITH
  WITHIN WITHOUT`.split(/\s+/),
);

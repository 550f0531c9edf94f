import { skipQuoted } from "../../packages/capture/src/postgres/classify/lexical.ts";

/** A statement of a script for psql, and the lines that follow a COPY FROM STDIN. */
export interface ScriptStatement {
  readonly sql: string;
  readonly data?: string;
}

/** The statements of a script, without psql's own commands. Good enough for the scripts of PostgreSQL's own tests. */
export function statementsOf(script: string): ScriptStatement[] {
  const text = script.split("\n").map(withoutCommand).join("\n");
  const statements: ScriptStatement[] = [];
  for (let from = 0; ; ) {
    const end = endOfStatement(text, from);
    if (end === undefined) return statements;
    const sql = text.slice(from, end);
    from = end + 1;
    if (!/\bcopy\b[\s\S]*\bfrom\s+stdin\b/i.test(sql)) statements.push({ sql });
    else {
      const data = dataAt(text, from);
      statements.push({ sql, data });
      from = text.indexOf("\n", from) + 1 + data.length;
    }
  }
}

/** A line of a command is left out; a command at the end of a line, such as \gset, sends what stands before it. */
function withoutCommand(line: string): string {
  if (/^\s*\\(?!\.)/.test(line)) return "";
  return line.replace(/\\(gset|gexec|gx|g|bind|gdesc|crosstabview|watch)\b.*$/, ";").replaceAll("\\;", ";");
}

/** A semicolon in parentheses or in the body of a function does not end a statement. */
function endOfStatement(text: string, from: number): number | undefined {
  let depth = 0;
  for (let at = from; at < text.length; ) {
    const behind = skipQuoted(text, at);
    if (behind > at) {
      at = behind;
      continue;
    }
    if (text[at] === "(") depth += 1;
    if (text[at] === ")") depth -= 1;
    if (text[at] === ";" && depth <= 0 && !isInBody(text.slice(from, at))) return at;
    at += 1;
  }
  return undefined;
}

function isInBody(sql: string): boolean {
  return /\bBEGIN\s+ATOMIC\b/i.test(sql) && !/\bEND\s*$/i.test(sql);
}

function dataAt(text: string, from: number): string {
  const begin = text.indexOf("\n", from) + 1;
  const end = text.indexOf("\\.\n", begin);
  return end === -1 ? "" : text.slice(begin, end);
}

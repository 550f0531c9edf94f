import { scan } from "./parser.ts";

/** The text behind the AS of `PREPARE name (types) AS body`, which no node of the parse tree locates. */
export function bodyAfterAs(source: string): string {
  const bytes = Buffer.from(source);
  let depth = 0;
  for (const { text, end } of scan(source)) {
    depth += depthChange(text);
    if (depth === 0 && text.toUpperCase() === "AS") return bytes.toString("utf8", end).trim();
  }
  return source;
}

/** The text of each argument of the first `EXECUTE name (…)`: the parse tree knows only where operators stand. */
export function splitArguments(source: string): string[] {
  const bytes = Buffer.from(source);
  const parts: string[] = [];
  let depth = 0;
  let from = -1;
  let sawExecute = false;
  for (const { text, start, end } of scan(source)) {
    sawExecute ||= text.toUpperCase() === "EXECUTE";
    if (!sawExecute) continue;
    const before = depth;
    depth += depthChange(text);
    if (before === 0 && depth === 1) from = end;
    if (from === -1 || !(depth === 0 || (depth === 1 && text === ","))) continue;
    parts.push(bytes.toString("utf8", from, start).trim());
    if (depth === 0) return parts;
    from = end;
  }
  return parts;
}

function depthChange(token: string): number {
  if (token === "(" || token === "[") return 1;
  return token === ")" || token === "]" ? -1 : 0;
}

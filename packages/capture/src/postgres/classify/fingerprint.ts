import { hash } from "node:crypto";
import type { Node } from "libpg-query";

/**
 * The same 16 hex digits for statements that differ only in literals, parameters, layout and letter case of
 * keywords; lists of values count as one, so that `IN (1, 2)` and `IN (1, 2, 3)` are alike.
 *
 * The first 64 bits of SHA-256 over the parse tree, without constants and positions. It is Custody's own: the
 * parser's built-in fingerprint breaks on moderately nested statements (see parser.ts).
 */
export function fingerprint(statement: Node): string {
  return hash("sha256", shapeOf(statement)).slice(0, 16);
}

function shapeOf(value: unknown): string {
  if (Array.isArray(value)) return shapeOfList(value);
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "";
  let shape = "{";
  const node = value as Readonly<Record<string, unknown>>;
  for (const key in node) {
    if (key === "A_Const" || key === "ParamRef") return "?";
    if (!isPosition(key)) shape += `${key}:${shapeOf(node[key])},`;
  }
  return `${shape}}`;
}

function shapeOfList(list: readonly unknown[]): string {
  let shape = "[";
  let previous = "";
  for (const item of list) {
    const one = shapeOf(item);
    if (one !== previous) shape += `${one},`;
    previous = one;
  }
  return `${shape}]`;
}

function isPosition(key: string): boolean {
  return (
    key === "location" ||
    key.endsWith("_location") ||
    key.startsWith("rexpr_list_") ||
    /^list_(start|end)$/.test(key)
  );
}

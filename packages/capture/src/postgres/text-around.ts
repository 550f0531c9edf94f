import type { ClassifiedStatement } from "./classify/statement.ts";

/** What a message has around its statements: white space, comments and semicolons; as Latin-1, whatever it was. */
export function textAround(sql: Buffer, statements: readonly ClassifiedStatement[]): string {
  let at = 0;
  let around = "";
  for (const { end, start } of statements) {
    around += sql.toString("latin1", at, start);
    at = end;
  }
  return around + sql.toString("latin1", at);
}

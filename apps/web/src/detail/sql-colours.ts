import type { SqlTokenKind } from "./sql-tokens.ts";

export const SQL_COLOURS: Readonly<Partial<Record<SqlTokenKind, string>>> = {
  keyword: "text-sql-keyword font-semibold",
  string: "text-sql-string",
  number: "text-sql-number",
  comment: "text-sql-comment italic",
  parameter: "text-sql-parameter",
};

import { parsePlpgsql } from "../classify/parser.ts";

/** The SQL that a PL/pgSQL function runs, piece by piece. */
export interface PlpgsqlBody {
  readonly statements: readonly string[];
  /** It puts a statement together while it runs, or does something else that its text does not tell. */
  readonly isOpen: boolean;
  /** It commits or rolls back by itself, or opens and closes cursors of the session. */
  readonly escapesTransaction: boolean;
}

/** `RawParseMode` of PostgreSQL's parser: how an expression of PL/pgSQL is to be read. */
const MODE_DEFAULT = 0;
const MODE_EXPRESSION = 2;

/** Takes a function apart that is given as `CREATE FUNCTION …`. Throws what the parser throws. */
export function plpgsqlBody(definition: string): PlpgsqlBody {
  const statements: string[] = [];
  let isOpen = false;
  let escapesTransaction = false;
  const visit = (value: unknown): void => {
    if (Array.isArray(value)) for (const item of value) visit(item);
    else if (typeof value === "object" && value !== null)
      for (const [name, contents] of Object.entries(value)) {
        if (DYNAMIC.has(name)) isOpen = true;
        if (ESCAPING.has(name)) escapesTransaction = true;
        if (name !== "PLpgSQL_expr") visit(contents);
        else {
          const text = statementOf(contents as Expression);
          if (text === undefined) isOpen = true;
          else statements.push(text);
        }
      }
  };
  visit(parsePlpgsql(definition));
  return { escapesTransaction, isOpen, statements };
}

interface Expression {
  readonly query: string;
  readonly parseMode: number;
}

/** The node of EXECUTE, of FOR … IN EXECUTE, and what OPEN … FOR EXECUTE and RETURN QUERY EXECUTE have. */
const DYNAMIC: ReadonlySet<string> = new Set(["PLpgSQL_stmt_dynexecute", "PLpgSQL_stmt_dynfors", "dynquery"]);
const ESCAPING: ReadonlySet<string> = new Set([
  "PLpgSQL_stmt_commit",
  "PLpgSQL_stmt_rollback",
  "PLpgSQL_stmt_open",
  "PLpgSQL_stmt_close",
]);

/** Undefined for what cannot be made a statement of its own. */
function statementOf({ parseMode, query }: Expression): string | undefined {
  if (parseMode === MODE_DEFAULT) return query;
  if (parseMode === MODE_EXPRESSION) return `SELECT ${query}`;
  // The rest are assignments. A target with a call in its subscript is left to those who see more.
  const { target, value } = /^(?<target>[^=]*?):?=(?<value>.*)$/s.exec(query)?.groups ?? {};
  return target === undefined || target.includes("(") ? undefined : `SELECT ${value}`;
}

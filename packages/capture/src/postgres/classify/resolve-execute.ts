import { highestTier } from "./draft.ts";
import type { ClassifiedStatement, StatementEffects } from "./statement.ts";

/**
 * Puts what a prepared statement does in the place of the unknown, once the session has found it by its name.
 *
 * A wire-protocol statement can itself be an EXECUTE, of which the result then still has `executes`: resolve it
 * again, and refuse a chain that does not end.
 */
export function resolveExecute(statement: ClassifiedStatement, body: StatementEffects): ClassifiedStatement {
  const { executes, ...own } = statement;
  if (executes === undefined) return statement;
  const operations = [
    ...statement.operations.filter(({ kind, verb }) => !(kind === "unknown" && verb === "EXECUTE")),
    ...body.operations,
  ];
  return {
    ...own,
    ...body,
    verb: statement.verb,
    operations,
    tier: highestTier(operations),
    writes: executes.writes || body.writes,
    escapesTransaction: executes.escapesTransaction || body.escapesTransaction,
    changesSession: [...new Set([...statement.changesSession, ...body.changesSession])],
    functions: [...new Set([...statement.functions, ...body.functions])],
    text: own.text,
    start: own.start,
    end: own.end,
    digest: own.digest,
    fingerprint: own.fingerprint,
  };
}

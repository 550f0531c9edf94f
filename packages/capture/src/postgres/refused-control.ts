import type { Decision } from "@custody/domain";
import type { ClassifiedStatement } from "./classify/statement.ts";

/** The server answers such a COMMIT at once and carries it out later, behind whatever comes next, or not at all. */
const EXECUTED: Decision = Object.freeze({
  effect: "deny",
  policy: "",
  reasons: Object.freeze(["EXECUTE may not begin or end a transaction: send the command itself"]),
  rule: "builtin:unreadable",
});

/** Whoever goes back to a savepoint of Custody's takes back what nobody would be told of. */
const OWN_SAVEPOINT: Decision = Object.freeze({
  effect: "deny",
  policy: "",
  reasons: Object.freeze(["savepoints whose names begin with custody_ are Custody's own"]),
  rule: "builtin:own-savepoint",
});

/** Why a statement may not begin, divide or end a transaction as it does; `sent` is what was sent, `run` what that runs. */
export function refusedControl(sent: ClassifiedStatement, run: ClassifiedStatement): Decision | undefined {
  const { control } = run;
  if (control === undefined) return undefined;
  if (sent.executes !== undefined) return EXECUTED;
  return "name" in control && control.name.startsWith("custody_") ? OWN_SAVEPOINT : undefined;
}

import type { Action, Decision, Operation, TableRows } from "@custody/domain";
import { Counters } from "./counters/counters.ts";
import { type PolicyDecider, policyDecider } from "./decider.ts";
import type { Policy } from "./policy.ts";
import { isStricter } from "./strictest.ts";
import type { RuleTest } from "./text/test-schema.ts";

/** One statement of a text, and what it does. */
interface ClassifiedText {
  readonly operations: readonly Operation[];
  readonly text: string;
}

/** Says what the statements of a text do. Throws an Error, with words for people, when it cannot be told. */
export type Classify = (text: string, database: string) => readonly ClassifiedText[];

export interface RuleTestResult {
  readonly name: string;
  readonly isPassed: boolean;
  readonly expected: RuleTest["expect"];
  /** What came of it; absent when the statement could not be understood. */
  readonly decision?: Decision;
  /** Why there is none. */
  readonly problem?: string;
}

/** Time is of no account in a test, but that something was earlier. */
const NOW_US = 1_790_000_000_000_000;

/** Runs one of a policy's own tests, as if the statement were sent, and the rows were those that it truly changed. */
export function runRuleTest(policy: Policy, test: RuleTest, classify: Classify): RuleTestResult {
  const { expect: expected, given, name } = test;
  let texts: readonly ClassifiedText[];
  try {
    texts = classify(given.statement, given.database);
  } catch (error) {
    return { expected, isPassed: false, name, problem: (error as Error).message };
  }
  const byTable = tableRows(given.rows);
  if (texts.length > 1 && byTable.length > 0)
    return {
      expected,
      isPassed: false,
      name,
      problem: "rows are those of one statement, and these are several",
    };
  const decider = policyDecider(policy, earlierCounts(test));
  const decision = strictestOf(texts.map((text) => outcomeOf(decider, actionOf(test, text), byTable)));
  if (decision === undefined) return { expected, isPassed: false, name, problem: "there is no statement" };
  const { effect, rule = decision.rule } = expected;
  return { decision, expected, isPassed: decision.effect === effect && decision.rule === rule, name };
}

/** As the data path would: what is measured is judged. */
function outcomeOf(decider: PolicyDecider, action: Action, byTable: readonly TableRows[]): Decision {
  const decision = decider.decide(action);
  return decision.isMeasured ? decider.judge(action, byTable) : decision;
}

function strictestOf(decisions: readonly Decision[]): Decision | undefined {
  return decisions.reduce<Decision | undefined>(
    (found, one) => (found === undefined || isStricter(one.effect, found.effect) ? one : found),
    undefined,
  );
}

function earlierCounts(test: RuleTest): Counters {
  const counters = new Counters();
  const { earlier } = test.given;
  if (earlier === undefined) return counters;
  const write: Operation = { kind: "update", objects: [], tier: "write", verb: "UPDATE" };
  const action = { ...actionOf(test, { operations: [], text: "" }), timeUs: NOW_US - 1 };
  counters.count(action, tableRows(earlier.rows));
  for (let at = 0; at < earlier.statements; at += 1) counters.count({ ...action, operations: [write] }, []);
  return counters;
}

function actionOf({ given }: RuleTest, { operations, text }: ClassifiedText): Action {
  const { agent, database, engine, environment, human, project, target, user } = given;
  return {
    id: "",
    links: {},
    operations,
    session: {
      actor: {
        ...(agent === undefined ? undefined : { agent: { instance: "", name: agent } }),
        ...(human === undefined
          ? undefined
          : { human: { assurance: "token", id: human, name: human } as const }),
      },
      id: "test",
      project,
    },
    statement: { digest: "", text },
    target: {
      database,
      environment,
      kind: engine,
      name: target,
      ...(user === undefined ? undefined : { user }),
    },
    timeUs: NOW_US,
  };
}

/** A table without a schema is one of `public`. */
function tableRows(rows: Readonly<Record<string, number>>): TableRows[] {
  return Object.entries(rows).map(([table, updated]) => {
    const [first = "", ...rest] = table.split(".");
    const [schema, name] = rest.length === 0 ? ["public", first] : [first, rest.join(".")];
    return { deleted: 0, inserted: 0, name, schema, updated };
  });
}

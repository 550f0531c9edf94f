import type { Decision, Operation } from "@custody/domain";
import type { GatewayPolicy } from "@custody/gateway/rules";
import type { Explanation, OperationTrace, RuleTrace } from "@custody/policy";
import type { IndexedRecord } from "../records/indexed-record.ts";
import type { RecordedPolicy } from "./recorded-policy.ts";

interface Explained {
  readonly record: IndexedRecord;
  readonly decision: Decision;
  readonly recorded: RecordedPolicy | undefined;
  readonly past: Explanation | undefined;
  readonly today: GatewayPolicy;
  readonly present: Explanation;
}

/** What `custody policy explain` found, for people. Not escaped yet. */
export function explanationLines({ decision, past, present, record, recorded, today }: Explained): string[] {
  const { index, statement, time } = record;
  return [
    `statement  ${(statement?.text ?? "").slice(0, 300)}`,
    `decided    ${decision.effect} by rule ${decision.rule}, ${time} (record ${index})`,
    ...decision.reasons.map((reason) => `           ${reason}`),
    "",
    ...(past === undefined || recorded === undefined
      ? [thenMissing(decision)]
      : [
          `then       ${recorded.policy.origin}, ${recorded.policy.digest} (record ${recorded.index})`,
          ...tracesOf(past),
        ]),
    "",
    ...(recorded?.policy.digest === today.digest
      ? ["today      the same policy"]
      : [
          `today      ${today.origin}, ${today.digest}: it would be ${wordsOf(present)}`,
          ...tracesOf(present),
        ]),
  ];
}

function thenMissing({ policy }: Decision): string {
  return policy === ""
    ? "then       no rule was asked: something was frozen, or Custody refuses this by itself; see docs/policy.md"
    : `then       the ledger has no text of the policy ${policy} that this version can read`;
}

function wordsOf({ effect, isCertain, rule }: Explanation): string {
  return `${effect} by rule ${rule}${isCertain ? "" : ", unless one matches whose answer is not known"}`;
}

function tracesOf({ operations }: Explanation): string[] {
  return operations.flatMap((trace) => [operationLine(trace), ...trace.rules.map(ruleLine)]);
}

function operationLine({ effect, operation, rule }: OperationTrace): string {
  return `  ${describe(operation)}: ${effect} by ${rule}`;
}

function describe({ kind, objects, tier, unbounded, verb, via }: Operation): string {
  const names = objects.map(({ name, schema }) => (schema === undefined ? name : `${schema}.${name}`));
  const marks = [kind, tier, ...(unbounded ? ["unbounded"] : []), ...(via ? [`via ${via}`] : [])];
  return [verb, ...(names.length > 0 ? [names.join(", ")] : []), `(${marks.join(", ")})`].join(" ");
}

const ANSWERS: Readonly<Record<RuleTrace["answer"], string>> = {
  failed: "failed",
  matched: "matches",
  "not-matched": "-",
  unknown: "unknown",
};

function ruleLine({ answer, because, effect, isDecisive, rule, when }: RuleTrace): string {
  const why = [...because.filter((key) => key !== "when"), ...(when === undefined ? [] : [`when: ${when}`])];
  if (when === undefined && because.includes("when")) why.push("when");
  return `  ${isDecisive ? ">" : " "} ${ANSWERS[answer].padEnd(8)} ${effect.padEnd(9)} ${rule}${why.length > 0 ? `  (${why.join(", ")})` : ""}`;
}

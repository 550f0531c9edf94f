import {
  type Action,
  type ApprovalTerms,
  type Asked,
  DEFAULT_APPROVAL,
  type Decided,
  type Decision,
  type Simulation,
} from "@custody/domain";
import { decodeQuery } from "@custody/wire/postgres";
import { boundObstacle } from "../bounded/bound-obstacle.ts";
import type { ConnectionState } from "../connection-state.ts";
import { executionsOf } from "../forward.ts";
import type { Step } from "../segment.ts";
import { textAround } from "../text-around.ts";
import type { SessionCircumstances } from "./circumstances.ts";

/** Locks of an open transaction keep others waiting, so a human has no longer than this. */
export const OPEN_MS_MAX = 60_000;

/** What a human is asked about: everything that travels together, with what it would do. */
export function describeAsked(
  steps: readonly Step[],
  decided: readonly Decided[],
  state: ConnectionState,
  { waits, ...circumstances }: Omit<SessionCircumstances, "around" | "runs">,
  impact: Simulation | undefined,
): Asked {
  const held = decided.filter(({ decision }) => decision.effect === "approve");
  const { action, decision } = held[0] as Decided;
  const isInTransaction = state.transaction.isExplicit;
  const runs = executionsOf(steps).flatMap(({ classified }) => classified.runs ?? []);
  return {
    actions: decided.map((one): Action => one.action),
    circumstances: { ...circumstances, around: steps.flatMap(aroundIn), runs },
    decision,
    held: action,
    impact,
    isInTransaction,
    terms: termsOf(held, isInTransaction && waits),
    unenforceable: boundObstacle(steps, state) ?? noBound(impact),
    waits,
  };
}

function aroundIn({ executions, expected, raw }: Step): readonly string[] {
  if (expected?.kind === "execute") return [expected.portal?.prepared?.around ?? ""];
  if (expected?.kind !== "query") return [];
  const statements = executions.map(({ classified }) => classified);
  return [textAround(decodeQuery(raw.subarray(5)).sqlBytes, statements)];
}

/** Something must be known to compare with. A record lists so many tables, and says that there are more. */
function noBound(impact: Simulation | undefined): string | undefined {
  if (impact === undefined) return undefined;
  if (impact.outcome !== "simulated") return impact.reason ?? "it could not be simulated";
  return impact.notes.find((note) => note.endsWith("more tables would change"));
}

function termsOf(held: readonly Decided[], isShort: boolean): ApprovalTerms {
  const terms = held.map(
    ({ decision }): ApprovalTerms => (decision as Decision).approval ?? DEFAULT_APPROVAL,
  );
  const waitMs = Math.min(
    ...terms.map((each) => each.waitMs),
    isShort ? OPEN_MS_MAX : Number.POSITIVE_INFINITY,
  );
  return {
    approvers: Math.max(...terms.map(({ approvers }) => approvers)),
    at: terms.some(({ at }) => at === "start") ? "start" : "commit",
    ...(terms.some(({ isPasskeyNeeded }) => isPasskeyNeeded) ? { isPasskeyNeeded: true } : undefined),
    validMs: Math.min(...terms.map(({ validMs }) => validMs)),
    waitMs,
  };
}

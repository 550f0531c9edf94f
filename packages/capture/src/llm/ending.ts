import type { Action, Approval, Decision, Duration, RecordDraft, StoredBody, Usage } from "@custody/domain";
import type { BudgetVerdict, PriceOf } from "./context.ts";
import type { TokenCounts } from "./conversation/block.ts";
import type { AnswerContent } from "./reading/content.ts";
import { finalRecord, type RequestEnd } from "./records.ts";

/** How a request ended, as far as the connection tells. */
export interface Outcome {
  /** `completed`: the answer came to its end, whatever it says. */
  readonly end: RequestEnd;
  readonly error?: string;
  /** It never reached the provider. */
  readonly isUnsent?: boolean;
  /** The provider's identifier of the exchange. */
  readonly requestId?: string;
  readonly status: number;
}

interface Known {
  readonly answer: AnswerContent | undefined;
  /** What a human has said about it, where one was asked. */
  readonly approval: Approval | undefined;
  readonly bodies: readonly StoredBody[];
  readonly details: { readonly firstByteUs?: number };
  readonly duration: Duration;
  /** It went to the provider, and something was set aside for it. */
  readonly isTaken: boolean;
  /** As the client named it. */
  readonly model: string;
  readonly nowUs: number;
  readonly priceOf: PriceOf;
  readonly setAside: BudgetVerdict["setAside"];
}

/** The final record, and what the request took. */
export function endingOf(
  action: Action,
  decision: Decision,
  outcome: Outcome,
  { answer, approval, bodies, details, duration, isTaken, model, nowUs, priceOf, setAside }: Known,
): { readonly draft: RecordDraft; readonly settled?: (TokenCounts & { readonly model: string }) | "most" } {
  const { error, requestId, status } = outcome;
  const took = answer?.usage && { ...answer.usage, model: answer.model ?? model };
  const provider = action.target.name;
  const usage: Usage | undefined = took && {
    ...took,
    ...priceOf({ ...took, provider }, nowUs / 1000),
    provider,
  };
  // An answer that broke off, or did not say what it took, may have taken anything that was set aside.
  const isUnknown = isTaken && status < 400 && (took === undefined || answer?.isWhole !== true);
  const draft = finalRecord(action, decision, {
    ...(answer === undefined ? undefined : { answer }),
    ...(approval === undefined ? undefined : { approval }),
    bodies,
    details: {
      ...details,
      ...(error === undefined ? undefined : { connection: error }),
      ...(isUnknown ? { isUsageUnknown: true, ...setAsideDetails(setAside) } : undefined),
      ...(requestId === undefined ? undefined : { requestId }),
      status,
    },
    duration,
    end: endOf(outcome, answer),
    nowUs,
    ...(usage === undefined ? undefined : { usage }),
  });
  if (isUnknown) return { draft, settled: "most" };
  return took === undefined ? { draft } : { draft, settled: took };
}

/** After a restart, budgets are counted from records alone. */
export function setAsideDetails(setAside: BudgetVerdict["setAside"]): {
  readonly setAsideTokens?: number;
  readonly setAsideCostMicros?: number;
} {
  if (setAside === undefined) return {};
  const { costMicros, tokens } = setAside;
  return {
    setAsideTokens: tokens,
    ...(costMicros === null ? undefined : { setAsideCostMicros: costMicros }),
  };
}

/** A connection that ended well can have brought an error, or an answer that stops in the middle. */
function endOf({ end, status }: Outcome, answer: AnswerContent | undefined): RequestEnd {
  if (end !== "completed") return end;
  if (status >= 400 || answer?.error !== undefined) return "failed";
  return answer === undefined || answer.isWhole || answer.unreadable !== undefined ? "completed" : "failed";
}

import type { AuditRecord, Usage } from "@custody/domain";

/** Who asks a model, and which one. */
export interface Spender {
  readonly session: string;
  /** The session that began this one. */
  readonly parentSession?: string | undefined;
  readonly project: string;
  /** The agent's name. */
  readonly agent?: string | undefined;
  readonly human?: { readonly id: string; readonly name: string } | undefined;
  readonly model: string;
}

/** What something takes: tokens of input and output together, and millionths of a US dollar; null where nobody knows a price. */
export interface Amount {
  readonly tokens: number;
  readonly costMicros: number | null;
}

/** What an answer took, as budgets count it: also what a cache had of the input. */
export function amountOf(usage: Usage): Amount {
  const { cacheRead, cacheWrite, costMicros, input, output } = usage;
  return { costMicros, tokens: cacheRead + cacheWrite + input + output };
}

/** What a request took, as its last record says; undefined where it took nothing that anybody knows of. */
export function usedBy({
  details = {},
  usage,
}: Pick<AuditRecord, "details" | "usage">):
  | { readonly amount: Amount; readonly isUnknown: boolean }
  | undefined {
  const isUnknown = details["isUsageUnknown"] === true;
  const { setAsideCostMicros, setAsideTokens } = details;
  if (isUnknown && typeof setAsideTokens === "number") {
    const costMicros = typeof setAsideCostMicros === "number" ? setAsideCostMicros : null;
    return { amount: { costMicros, tokens: setAsideTokens }, isUnknown };
  }
  return usage && { amount: amountOf(usage), isUnknown };
}

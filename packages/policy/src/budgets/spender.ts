import type { Usage } from "@custody/domain";

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

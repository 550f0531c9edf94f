import type { Total } from "./total.ts";

/** Where something stands in the list of budgets: the dearest share first, then as the policy has them. */
export interface StandingPlace {
  /** How much of the limit is spent; more than 1 when more was. */
  readonly share: number;
  readonly number: number;
  readonly scope: string;
}

export function standingPlace(total: Total, number: number): StandingPlace {
  return { number, scope: total.scope, share: shareOf(total) };
}

export function shareOf({ limit, spent }: Total): number {
  return spent / limit;
}

export function inStandingOrder(a: StandingPlace, b: StandingPlace): number {
  return b.share - a.share || a.number - b.number || (a.scope < b.scope ? -1 : a.scope > b.scope ? 1 : 0);
}

/** For whoever goes on behind it: a number is written with all of its digits, so what is read is the same. */
export function formatStandingPlace({ number, scope, share }: StandingPlace): string {
  return `${share}:${number}:${scope}`;
}

/** Undefined for what is none. */
export function parseStandingPlace(text: string): StandingPlace | undefined {
  const [, share, number, scope] =
    /^(\d{1,16}(?:\.\d{1,20})?(?:e[+-]\d{1,3})?):(\d{1,3}):(.*)$/s.exec(text) ?? [];
  if (share === undefined || number === undefined || scope === undefined) return undefined;
  return { number: Number(number), scope, share: Number(share) };
}

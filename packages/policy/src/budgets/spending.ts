import type { Amount, Spender } from "./spender.ts";

const HOUR_MS = 3_600_000;

/** What somebody took of a model within an hour. */
export interface Charge {
  readonly spender: Spender;
  readonly atMs: number;
  readonly tokens: number;
  readonly costMicros: number;
  /** How many requests had no price. */
  readonly unpriced: number;
}

/**
 * All that was spent, by who spent it and in which hour, which is as fine as any period is: other budgets can be put in force
 * and know what was spent before, without reading anything again.
 */
export class Spending {
  readonly #charges = new Map<string, { -readonly [Name in keyof Charge]: Charge[Name] }>();

  add(spender: Spender, { costMicros, tokens }: Amount, atMs: number): void {
    const { agent = "", human, model, project, session } = spender;
    const hour = Math.floor(atMs / HOUR_MS);
    const key = JSON.stringify([session, hour, model, project, agent, human?.id ?? "", human?.name ?? ""]);
    let charge = this.#charges.get(key);
    if (charge === undefined) {
      charge = { atMs: hour * HOUR_MS, costMicros: 0, spender, tokens: 0, unpriced: 0 };
      this.#charges.set(key, charge);
    }
    charge.tokens += tokens;
    charge.costMicros += costMicros ?? 0;
    if (costMicros === null) charge.unpriced += 1;
  }

  all(): Iterable<Charge> {
    return this.#charges.values();
  }
}

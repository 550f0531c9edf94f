import { FORGOTTEN_SESSION } from "./family.ts";
import { spanOf } from "./period.ts";
import type { Amount, Spender } from "./spender.ts";

const HOUR_MS = 3_600_000;

/** When what was spent in months that are over is said to have been spent: in no period that could still run. */
const LONG_AGO_MS = 0;

/** What somebody took of a model within an hour. */
export interface Charge {
  readonly spender: Spender;
  readonly atMs: number;
  readonly tokens: number;
  readonly costMicros: number;
  /** How many requests had no price. */
  readonly unpriced: number;
  /** Of how many nobody knows what they took. */
  readonly unknown: number;
}

type Sum = { -readonly [Name in keyof Charge]: Charge[Name] };

/**
 * All that was spent, by who spent it and in which hour, which is as fine as any period is: other budgets can be put in force
 * and know what was spent before, without reading anything again. Of months that are over only their sum is kept.
 */
export class Spending {
  #charges = new Map<string, Sum>();

  add(spender: Spender, { costMicros, tokens }: Amount, atMs: number, isUnknown: boolean): void {
    this.#sum({
      atMs: Math.floor(atMs / HOUR_MS) * HOUR_MS,
      costMicros: costMicros ?? 0,
      spender,
      tokens,
      unknown: isUnknown ? 1 : 0,
      unpriced: costMicros === null ? 1 : 0,
    });
  }

  /** Adds up the months that ended before that, and what is left of sessions that cannot ask any more. */
  fold(beforeMs: number, knows: (session: string) => boolean): void {
    const { fromMs } = spanOf("month", beforeMs);
    const before = this.#charges;
    this.#charges = new Map();
    for (const charge of before.values()) {
      const atMs = charge.atMs < fromMs ? LONG_AGO_MS : charge.atMs;
      const { parentSession: _, ...rest } = charge.spender;
      const spender = knows(rest.session) ? charge.spender : { ...rest, session: FORGOTTEN_SESSION };
      this.#sum({ ...charge, atMs, spender });
    }
  }

  all(): Iterable<Charge> {
    return this.#charges.values();
  }

  get size(): number {
    return this.#charges.size;
  }

  #sum(added: Charge): void {
    const { agent = "", human, model, project, session } = added.spender;
    const key = JSON.stringify([
      session,
      added.atMs,
      model,
      project,
      agent,
      human?.id ?? "",
      human?.name ?? "",
    ]);
    const sum = this.#charges.get(key);
    if (sum === undefined) {
      this.#charges.set(key, { ...added });
      return;
    }
    sum.tokens += added.tokens;
    sum.costMicros += added.costMicros;
    sum.unpriced += added.unpriced;
    sum.unknown += added.unknown;
  }
}

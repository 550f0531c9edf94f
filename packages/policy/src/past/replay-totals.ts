import type { AuditRecord, Decision } from "@custody/domain";
import type { Replayed } from "./replay.ts";

/** A record, and where in the ledger it stands. */
type IndexedRecord = AuditRecord & { readonly index: number };

/** A statement of the past about which the policy would have decided otherwise. */
export interface Difference {
  readonly index: number;
  readonly action: string;
  readonly time: string;
  readonly agent: string;
  readonly target: string;
  readonly statement: string;
  readonly was: Pick<Decision, "effect" | "rule">;
  readonly would: Pick<Decision, "effect" | "rule">;
}

/** Statements whose effect changes in the same way, by the same rule. */
interface Change {
  readonly was: Decision["effect"];
  readonly would: Decision["effect"];
  readonly rule: string;
  readonly count: number;
}

/** A list holds the beginning of a statement; `custody show` has all of it. */
const STATEMENT_CHARACTERS_MAX = 200;

/** Adds up what a policy says about records, and keeps one page of those of which it says something else. */
export class ReplayTotals {
  readonly #limit: number;
  readonly #after: number;
  readonly byEffect: Record<Decision["effect"], number> = { allow: 0, approve: 0, deny: 0, simulate: 0 };
  readonly #byRule = new Map<string, { rule: string; effect: Decision["effect"]; count: number }>();
  readonly #byChange = new Map<string, Change>();
  readonly page: Difference[] = [];
  asked = 0;
  differing = 0;
  /** Whose rows nobody knows, so that a limit may have stopped them. */
  inDoubt = 0;
  /** About which no rule was asked, since Custody refuses them by itself, or something was frozen. */
  unasked = 0;
  /** The index after which the next page begins; undefined when this is the last. */
  next: number | undefined;

  /** A page begins after the record with the index `after`. */
  constructor({ after, limit }: { after: number; limit: number }) {
    this.#after = after;
    this.#limit = limit;
  }

  /** By rule, those that decided most first. */
  get byRule(): { rule: string; effect: Decision["effect"]; count: number }[] {
    return [...this.#byRule.values()].sort((one, two) => two.count - one.count);
  }

  /** What became another effect, by what it was and would be, and the rule that would decide; the most first. */
  get byChange(): Change[] {
    return [...this.#byChange.values()].sort((one, two) => two.count - one.count);
  }

  add(record: IndexedRecord, was: Decision, { decision, isInDoubt }: Replayed): void {
    const { effect, rule } = decision;
    this.asked += 1;
    this.byEffect[effect] += 1;
    const key = `${effect} ${rule}`;
    const counted = this.#byRule.get(key) ?? { count: 0, effect, rule };
    counted.count += 1;
    this.#byRule.set(key, counted);
    if (isInDoubt) this.inDoubt += 1;
    if (was.effect === effect) return;
    this.differing += 1;
    const change = `${was.effect} ${effect} ${rule}`;
    const { count } = this.#byChange.get(change) ?? { count: 0 };
    this.#byChange.set(change, { count: count + 1, rule, was: was.effect, would: effect });
    if (record.index <= this.#after) return;
    if (this.page.length < this.#limit) this.page.push(differenceOf(record, was, decision));
    else this.next ??= this.page.at(-1)?.index;
  }
}

function differenceOf(record: IndexedRecord, was: Decision, would: Decision): Difference {
  return {
    index: record.index,
    action: record.action,
    time: record.time,
    agent: record.actor.agent?.name ?? "",
    target: record.target?.name ?? "",
    statement: (record.statement?.text ?? "").slice(0, STATEMENT_CHARACTERS_MAX),
    was: { effect: was.effect, rule: was.rule },
    would: { effect: would.effect, rule: would.rule },
  };
}

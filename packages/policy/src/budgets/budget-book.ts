import { type AuditRecord, actionStep, type BudgetPage, timeMs } from "@custody/domain";
import type { Policy } from "../policy.ts";
import type { Budget } from "../text/budget-schema.ts";
import { type BudgetNotice, Notices } from "./budget-notice.ts";
import { Family } from "./family.ts";
import { compilePlaces, type PlacesOf } from "./place.ts";
import { type BudgetRefusal, refusalOf } from "./refusal.ts";
import { type Amount, type Spender, usedBy } from "./spender.ts";
import { Spending } from "./spending.ts";
import { type StandingQuery, standingPage } from "./standing.ts";
import { amountIn, limitOf, type Total, Totals } from "./total.ts";

const DAY_MS = 86_400_000;

/**
 * So long after its end a period is still remembered: for what was sent in it and answered later, which a human's yes can make a
 * day, and for a clock that is set back.
 */
const OVER_MS = 2 * DAY_MS;

/** Whoever was not heard of for so long has no token any more: one is good for 30 days at most. */
const SILENT_MS = 31 * DAY_MS;

/** What was set aside for a request that is on its way. Give it back by `settle` or `release`, once. */
export interface Reservation {
  readonly spender: Spender;
  readonly atMs: number;
  /** The most that it may take. */
  readonly most: Amount;
}

export interface BudgetReserved {
  readonly ok: true;
  readonly reservation: Reservation;
}

/** What is to be put on record: see `budgetRecord`. */
export interface Noticed {
  readonly notices: readonly BudgetNotice[];
}

/**
 * Keeps what models may take. A request sets aside the most that it may take before it is sent, and settles with what it
 * took: so several at once cannot together go beyond a budget, whatever each of them takes in the end.
 *
 * Everything is synchronous, so nothing can come between looking and setting aside. Time is given with each call. It is
 * restored from records by `count`, and goes on when other budgets are put in force.
 */
export class BudgetBook {
  readonly #family = new Family();
  readonly #spending = new Spending();
  readonly #notices = new Notices();
  /** What each session has spent, with those that it began. */
  readonly #bySession = new Map<string, { tokens: number; costMicros: number }>();
  /** What is on its way, and where it is set aside: sessions may turn out to have been begun by others meanwhile. */
  readonly #open = new Map<Reservation, readonly Total[]>();
  #places: readonly PlacesOf[] = [];
  #budgets: readonly Budget[] = [];
  #totals = new Totals();
  #policy = "";
  /** The day on which it forgot last. */
  #day = 0;

  constructor(policy: Pick<Policy, "budgets" | "digest">) {
    this.follow(policy);
  }

  /** Other budgets hold from now on. They know what was spent before, and what is on its way. */
  follow({ budgets, digest }: Pick<Policy, "budgets" | "digest">): void {
    this.#policy = digest;
    this.#budgets = budgets;
    this.#places = budgets.map(compilePlaces);
    this.#totals = new Totals();
    for (const { atMs, costMicros, spender, tokens, unknown, unpriced } of this.#spending.all())
      for (const total of this.#totalsOf(spender, atMs)) {
        total.spent += amountIn(total.budget, { costMicros, tokens }) as number;
        total.unknown += unknown;
        if ("costMicros" in total.budget.limit) total.unpriced += unpriced;
        this.#totals.keep(total);
      }
    for (const reservation of this.#open.keys()) this.#setAside(reservation);
    this.#forgetPeriods(this.#day * DAY_MS - OVER_MS);
  }

  /**
   * Sets aside the most that a request may take, or says which budget it would go beyond. A human may have let it go beyond
   * some of them: those names are `lifted`.
   */
  reserve(
    spender: Spender,
    most: Amount,
    atMs: number,
    lifted: readonly string[] = [],
  ): (BudgetReserved | BudgetRefusal) & Noticed {
    this.forget(atMs);
    this.#family.know(spender, atMs);
    const totals = this.#totalsOf(spender, atMs);
    const against = totals.filter(({ budget }) => !lifted.includes(budget.name)).filter(isBeyond(most));
    // What nobody can lift is said first.
    const first = against.find(({ budget }) => budget.beyond === "stop") ?? against[0];
    if (first !== undefined) {
      const refusal = refusalOf(first, amountIn(first.budget, most), this.#policy);
      return { ...refusal, notices: refusal.why === "limit" ? this.#notices.reached([first], spender) : [] };
    }
    const reservation = { atMs, most, spender };
    this.#setAside(reservation);
    return { notices: [], ok: true, reservation };
  }

  /**
   * The request took this; `most`: nobody knows what it took, so it is taken for all that was set aside. It counts in the
   * period in which it was sent, also when it is more than was set aside: what was spent is never said to be less. Of a
   * reservation that was given back already nothing is counted.
   */
  settle(reservation: Reservation, amount: Amount | "most"): readonly BudgetNotice[] {
    if (!this.#open.has(reservation)) return [];
    this.release(reservation);
    const { atMs, most, spender } = reservation;
    return amount === "most"
      ? this.#charge(spender, most, atMs, true)
      : this.#charge(spender, amount, atMs, false);
  }

  /** The request was not sent, or took nothing. */
  release(reservation: Reservation): void {
    for (const total of this.#open.get(reservation) ?? []) {
      total.reserved -= amountIn(total.budget, reservation.most) ?? 0;
      total.open -= 1;
      this.#totals.dropUntouched(total);
    }
    this.#open.delete(reservation);
  }

  /**
   * Takes in what a record of an earlier run says: sessions with those who began them, what answers took, and what people
   * were told already. Hand in each record once, in their order, and none that this run has settled; but also what this run
   * records of sessions that are started, so that it is known who began them.
   */
  count(record: AuditRecord): void {
    const { details = {}, parentSession, session, source, type } = record;
    if (type.startsWith("budget.")) return this.#notices.remember(type, details);
    if (session === undefined) return;
    const { agent, human } = record.actor;
    const member = { agent: agent?.name, human, parentSession, project: record.project, session };
    const atMs = timeMs(record.time);
    if (type === "session.started") return this.#family.know(member, atMs);
    const used = usedBy(record);
    // What somebody reports did not pass here: nobody could have been stopped.
    if (actionStep(type) !== "closes" || used === undefined || source.vantage !== "observed") return;
    this.#family.know(member, atMs);
    // What was asked for is known before the answer, which may name a version of it.
    const model = record.operations?.[0]?.objects[0]?.name ?? record.usage?.model ?? "";
    const sentMs = atMs - Math.floor((record.duration?.totalUs ?? 0) / 1000);
    this.#charge({ ...member, model }, used.amount, sentMs, used.isUnknown);
  }

  /**
   * Drops what cannot count any more: periods that are over, sessions that cannot ask any more, and the hours of months that
   * are over, of which the sum is kept. Once a day; `reserve` calls it, and whoever hands in records by `count` has to.
   */
  forget(nowMs: number): void {
    const day = Math.floor(nowMs / DAY_MS);
    if (day <= this.#day) return;
    this.#day = day;
    this.#family.forget(nowMs - SILENT_MS);
    const knows = (session: string) => this.#family.knows(session);
    this.#spending.fold(nowMs - OVER_MS, knows);
    this.#forgetPeriods(nowMs - OVER_MS);
    this.#notices.forget(nowMs - OVER_MS, knows);
    for (const session of this.#bySession.keys()) if (!knows(session)) this.#bySession.delete(session);
  }

  /** How every budget stands now, the dearest share first. */
  standing(query: StandingQuery): BudgetPage {
    return standingPage({ budgets: this.#budgets, family: this.#family, totals: this.#totals.all() }, query);
  }

  /** How many things it remembers. */
  get size(): number {
    const parts = [this.#bySession, this.#family, this.#notices, this.#open, this.#spending, this.#totals];
    return parts.reduce((sum, { size }) => sum + size, 0);
  }

  /** What a session has spent until now, with all that it began; in money, what has a price. */
  spentBy(session: string): { readonly tokens: number; readonly costMicros: number } {
    return this.#bySession.get(session) ?? { costMicros: 0, tokens: 0 };
  }

  #charge(spender: Spender, amount: Amount, atMs: number, isUnknown: boolean): readonly BudgetNotice[] {
    this.#spending.add(spender, amount, atMs, isUnknown);
    for (const { session } of this.#family.lineOf(spender)) {
      const sum = this.#bySession.get(session) ?? { costMicros: 0, tokens: 0 };
      sum.tokens += amount.tokens;
      sum.costMicros += amount.costMicros ?? 0;
      this.#bySession.set(session, sum);
    }
    const totals = this.#totalsOf(spender, atMs);
    for (const total of totals) {
      const took = amountIn(total.budget, amount);
      if (took === null) total.unpriced += 1;
      else total.spent += took;
      if (isUnknown) total.unknown += 1;
      this.#totals.keep(total);
    }
    return this.#notices.after(totals, spender);
  }

  #setAside(reservation: Reservation): void {
    const { atMs, most, spender } = reservation;
    const totals = this.#totalsOf(spender, atMs);
    this.#open.set(reservation, totals);
    for (const total of totals) {
      total.reserved += amountIn(total.budget, most) ?? 0;
      total.open += 1;
      this.#totals.keep(total);
    }
  }

  #forgetPeriods(beforeMs: number): void {
    this.#totals.forget(beforeMs, (session) => this.#family.knows(session));
  }

  #totalsOf(spender: Spender, atMs: number): readonly Total[] {
    return this.#places.flatMap((placesOf) =>
      placesOf(spender, this.#family).map((place) => this.#totals.at(place, atMs)),
    );
  }
}

function isBeyond(most: Amount): (total: Total) => boolean {
  return ({ budget, reserved, spent }) => {
    if (budget.beyond === "warn") return isStoppedUnpriced(budget, most);
    const asked = amountIn(budget, most);
    return asked === null ? isStoppedUnpriced(budget, most) : spent + reserved + asked > limitOf(budget);
  };
}

function isStoppedUnpriced(budget: Budget, most: Amount): boolean {
  return budget.unpriced === "stop" && amountIn(budget, most) === null;
}

import { type AuditRecord, actionStep } from "@custody/domain";
import { pastAction, Replay, ReplayTotals, rowsChanged } from "@custody/policy";
import { compileText } from "./check-text.ts";
import type { PastRecord, PolicyMistake, PolicyOrders, Replayed } from "./orders.ts";

/** A policy that is asked about records of the past, as they come. */
export class TextReplay {
  readonly digest: string;
  readonly #replay: Replay;
  readonly #totals: ReplayTotals;
  #reached: Replayed["reached"] = null;

  private constructor(digest: string, replay: Replay, totals: ReplayTotals) {
    this.digest = digest;
    this.#replay = replay;
    this.#totals = totals;
  }

  static begin({
    after,
    limit,
    text,
  }: PolicyOrders["compile"]["order"]): TextReplay | readonly PolicyMistake[] {
    const policy = compileText(text);
    if (!("digest" in policy)) return policy;
    return new TextReplay(policy.digest, new Replay(policy), new ReplayTotals({ after, limit }));
  }

  /** Stops between two records when the time is up. */
  ask(records: readonly PastRecord[], timeMs: number): PolicyOrders["replay"]["answer"] {
    const endMs = performance.now() + timeMs;
    for (const record of records) {
      if (performance.now() > endMs) return this.#answer(false);
      this.#askOne(record);
    }
    return this.#answer(true);
  }

  totals(): Replayed {
    const { asked, byChange, byEffect, byRule, differing, inDoubt, next, page, unasked } = this.#totals;
    return {
      asked,
      byChange,
      byEffect,
      byRule,
      differing,
      inDoubt,
      next: next ?? null,
      page,
      reached: this.#reached,
      unasked,
    };
  }

  #askOne({ index, payload }: PastRecord): void {
    const record = { index, ...(JSON.parse(Buffer.from(payload).toString("utf8")) as AuditRecord) };
    this.#reached = { index, time: record.time };
    const { decision } = record;
    const action = pastAction(record);
    if (actionStep(record.type) !== "closes" || decision === undefined || action === undefined) return;
    if (decision.policy === "") this.#totals.unasked += 1;
    else this.#totals.add(record, decision, this.#replay.ask(action, rowsChanged(record)));
  }

  #answer(isDone: boolean): PolicyOrders["replay"]["answer"] {
    return { asked: this.#totals.asked, isDone, time: this.#reached?.time ?? null };
  }
}

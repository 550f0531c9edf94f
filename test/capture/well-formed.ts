import type { RecordDraft } from "@custody/domain";
import { expect } from "vitest";
import type { MemoryRecorder } from "./proxied-database.ts";

const finals = new Set(["completed", "denied", "failed", "cancelled", "unknown"]);

/** One execution as its records tell it. */
export interface Story {
  readonly requested: RecordDraft;
  readonly answered: RecordDraft | undefined;
  readonly final: RecordDraft | undefined;
  readonly steps: readonly string[];
}

/** The records of statements by action, in the order of the requests. */
export function stories(recorder: MemoryRecorder): Story[] {
  const byAction = new Map<string, RecordDraft[]>();
  for (const draft of recorder.statements())
    byAction.set(draft.action, [...(byAction.get(draft.action) ?? []), draft]);
  return [...byAction.values()].map((drafts) => ({
    requested: drafts[0] as RecordDraft,
    answered: drafts.find((draft) => step(draft) === "answered"),
    final: drafts.find((draft) => finals.has(step(draft))),
    steps: drafts.map(step),
  }));
}

/** What an execution came to, in one line: for tables of expectations. */
export function outcomes(recorder: MemoryRecorder): string[] {
  return stories(recorder).map(({ requested, final }) =>
    [
      requested.statement?.text ?? "",
      final === undefined ? "no final record" : step(final),
      final?.effect?.status === step(final ?? requested) ? "" : (final?.effect?.status ?? ""),
      final?.transaction?.outcome ?? "",
      rows(final),
    ]
      .filter((part) => part !== "")
      .join(" · "),
  );
}

function rows(final: RecordDraft | undefined): string {
  const { affected, returned } = final?.effect?.rows ?? {};
  return [
    affected === undefined ? "" : `affected ${affected}`,
    returned === undefined ? "" : `returned ${returned}`,
  ]
    .filter((part) => part !== "")
    .join(", ");
}

/**
 * What holds for every execution, whatever happened (promise 6): asked for once, ended once, answered at most once
 * in between; decided before it ran, and the decision repeated at the end; the same statement throughout.
 *
 * `prepared`: how many writes wait in transactions that were prepared and not ended through the proxy.
 */
export function expectWellFormed(recorder: MemoryRecorder, { prepared = 0 } = {}): void {
  const open: string[] = [];
  for (const { requested, final, steps } of stories(recorder)) {
    const text = requested.statement?.text ?? "";
    const order = steps.filter((name) => name !== "copy-received");
    const expected = order.includes("answered")
      ? ["requested", "answered", step(final ?? requested)]
      : ["requested", step(final ?? requested)];
    if (final === undefined) {
      open.push(`${text}: ${steps.join(", ")}`);
      continue;
    }
    expect(order, text).toEqual(expected);
    expect(requested.decision, text).toBeDefined();
    // Where rows were waited for, or a human, the decision that counted in the end may be another one.
    const isOpenToOthers =
      requested.decision?.effect === "approve" || requested.decision?.isMeasured === true;
    if (!isOpenToOthers) expect(final.decision, text).toEqual(requested.decision);
    expect(final.decision, text).toBeDefined();
    expect(final.statement, text).toEqual(requested.statement);
    expect(final.operations, text).toEqual(requested.operations);
    expect(final.effect?.status, text).toBeDefined();
    const hasRun = final.effect?.status !== "denied" && final.effect?.status !== "skipped";
    if (hasRun) expect(final.transaction?.outcome, text).toBeDefined();
  }
  expect(open.slice(prepared), "executions without a final record").toEqual([]);
}

function step(draft: RecordDraft): string {
  return draft.type.replace("db.statement.", "");
}

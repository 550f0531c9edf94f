import type { LedgerReader } from "@custody/ledger";
import { HttpProblem } from "../http/http-problem.ts";
import type { Replayed } from "./orders.ts";
import { pastRecords } from "./past-records.ts";
import type { PolicyThread } from "./policy-thread.ts";

export interface ReplayQuestion {
  readonly text: string;
  readonly sinceMs: number;
  readonly untilMs: number;
  /** The list begins behind the record with this index. */
  readonly after: number;
  readonly limit: number;
}

/** How far a replay is. */
export interface ReplayProgress {
  readonly asked: number;
  /** The entry that was looked at last, of how many. */
  readonly index: number;
  readonly size: number;
  readonly time: string | null;
}

export interface ReplayOutcome extends Replayed {
  readonly digest: string;
  /** False when the time was up; what follows `reached` was not asked about. */
  readonly isComplete: boolean;
}

/** What is not asked about within this time is not asked about. */
const REPLAY_MS: number = 60_000;

/** A part of the budget of one order, so that it ends by itself. */
const WINDOW_MS = 10_000;

/** Asks a text about what is on record. @throws HttpProblem, LedgerError, and the reason of the thread's signal */
export async function replayPast(
  reader: LedgerReader,
  thread: PolicyThread,
  { after, limit, sinceMs, text, untilMs }: ReplayQuestion,
  onProgress: (progress: ReplayProgress) => void,
  budgetMs: number = REPLAY_MS,
): Promise<ReplayOutcome> {
  const begun = await thread.ask("compile", { after, limit, text });
  if ("mistakes" in begun) {
    const [{ line, message } = { line: 1, message: "it cannot be read" }] = begun.mistakes;
    throw new HttpProblem("request-invalid", `text: line ${line}: ${message}`);
  }
  const endMs = performance.now() + budgetMs;
  let isComplete = true;
  for await (const { end, records } of pastRecords(reader, sinceMs, untilMs)) {
    const timeMs = Math.min(endMs - performance.now(), WINDOW_MS);
    const { asked, isDone, time } = await thread.ask("replay", { records, timeMs });
    onProgress({ asked, index: end - 1, size: reader.size, time });
    if (isDone && performance.now() < endMs) continue;
    isComplete = false;
    break;
  }
  return { digest: begun.digest, isComplete, ...(await thread.ask("totals", {})) };
}

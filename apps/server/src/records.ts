import type { RecordIndex } from "@custody/views";
import { HttpProblem } from "./http/http-problem.ts";

/** What we need of the index. */
export type Records = Pick<
  RecordIndex,
  | "costs"
  | "cursor"
  | "erasures"
  | "facets"
  | "find"
  | "follow"
  | "list"
  | "onForgotten"
  | "onRows"
  | "related"
  | "rowsAfter"
  | "session"
  | "sessions"
  | "tables"
  | "threadRows"
>;

const PATIENCE_MS = 5000;

/**
 * Waits until the index has everything that was acknowledged before the call.
 *
 * @throws HttpProblem `index-behind` when that takes too long, which happens while an index is built anew
 */
export async function caughtUp(records: Records, size: () => number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      const message = "the index is still reading the ledger; try again in a moment";
      reject(new HttpProblem("index-behind", message, { cursor: records.cursor, size: size() }));
    }, PATIENCE_MS);
  });
  try {
    await Promise.race([records.follow(), late]);
  } finally {
    clearTimeout(timer);
  }
}

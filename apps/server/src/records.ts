import type { RecordFilter, RecordPage, RecordRow } from "@custody/domain";
import { HttpProblem } from "./http/http-problem.ts";

/** What we need of the index; `RecordIndex` of packages/views is one. */
export interface Records {
  readonly cursor: number;
  follow(): Promise<void>;
  onRows(listener: (rows: readonly RecordRow[], cursor: number) => void): () => void;
  list(query: {
    readonly filter: RecordFilter;
    readonly view: "actions" | "records";
    readonly before?: number;
    readonly limit: number;
  }): RecordPage;
  rowsAfter(
    index: number,
    filter: RecordFilter,
    view: "actions" | "records",
    limit: number,
  ): readonly RecordRow[];
  matches(row: RecordRow, filter: RecordFilter): boolean;
  related(
    action: string,
  ): readonly { readonly index: number; readonly type: string; readonly time: string }[];
  /** Where the record with this id stands, or the newest of the action with this id. */
  find(id: string): number | undefined;
  close(): void;
}

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

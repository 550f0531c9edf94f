import type { RecordDetail } from "@custody/domain";
import { ApiProblem, isDestroyed } from "../api/problem.ts";
import { requestJson } from "../api/request.ts";

/** A record that was destroyed by an order. */
export interface DestroyedRecord {
  /** Where it stands in the ledger. */
  readonly destroyedIndex: number;
}

/**
 * A record, or that it was destroyed. Then nobody knows its id any more, but whoever saw it before knows its `place`, and
 * can ask what became of that.
 */
export async function requestRecord(
  id: string,
  place: number | undefined,
  signal: AbortSignal,
): Promise<RecordDetail | DestroyedRecord> {
  try {
    return await requestJson<RecordDetail>(`/api/records/${encodeURIComponent(id)}`, { signal });
  } catch (error) {
    const index = /^\d+$/.test(id) ? Number(id) : place;
    if (isDestroyed(error) && index !== undefined) return { destroyedIndex: index };
    const isUnknown = error instanceof ApiProblem && error.status === 404;
    if (isUnknown && index !== undefined && String(index) !== id)
      return requestRecord(String(index), index, signal);
    throw error;
  }
}

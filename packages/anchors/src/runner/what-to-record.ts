import type { AnchorError } from "../error.ts";
import type { Kept, SignedCheckpoint } from "../place.ts";
import type { CheckpointEvent } from "./checkpoint-event.ts";
import type { OwnRecords } from "./own-records.ts";
import type { PlaceFailure, PlaceState } from "./place-state.ts";

/** The ledger is not there to write down its own witnessing. */
const RECORD_INTERVAL_MS = 3_600_000;

/** What is to be recorded now that a place has kept a checkpoint: the first time, after a failure, and then once an hour. */
export function eventOfKept(
  state: PlaceState,
  checkpoint: SignedCheckpoint,
  kept: Kept,
  { nowMs, own }: { readonly nowMs: number; readonly own: OwnRecords },
): CheckpointEvent | undefined {
  const { failure, kind, name, recorded } = state;
  const isDue =
    recorded === undefined ||
    (failure !== undefined && failure.recordedAs !== "nothing") ||
    (isLongAgo(recorded.time, nowMs) && own.isNews(recorded.size, checkpoint.size));
  if (!isDue) return undefined;
  return {
    cosignatures: kept.cosignatures ?? [],
    kind,
    origin: checkpoint.origin,
    place: name,
    root: checkpoint.root.toString("base64"),
    size: checkpoint.size,
    type: "checkpoint.witnessed",
  };
}

/**
 * What is to be recorded now that a place has failed: once an outage, and of one that comes and goes once an hour. A
 * contradiction is recorded at once.
 */
export function eventOfFailure(
  state: PlaceState & { readonly failure: PlaceFailure },
  size: number,
  { evidence, nowMs }: { readonly evidence: string | undefined; readonly nowMs: number },
): CheckpointEvent | undefined {
  const { failure, failureRecorded, kind, name } = state;
  const about = { code: failure.code, kind, place: name, reason: failure.message, size };
  if (failure.isContradiction && failure.recordedAs !== "contradicted")
    return { ...about, type: "checkpoint.contradicted", ...(evidence === undefined ? {} : { evidence }) };
  if (failure.recordedAs !== "nothing") return undefined;
  if (failureRecorded !== undefined && !isLongAgo(failureRecorded, nowMs)) return undefined;
  return { ...about, type: "checkpoint.witness-failed" };
}

export function isContradiction({ code }: Pick<AnchorError, "code">): boolean {
  return code === "PLACE_CONTRADICTED" || code === "EVIDENCE_INVALID";
}

/** A time that is yet to come was written before the clock was set back, and must not silence us until then. */
function isLongAgo(time: string, nowMs: number): boolean {
  return Math.abs(nowMs - Date.parse(time)) >= RECORD_INTERVAL_MS;
}

import type { RecordDetail } from "@custody/domain";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useContext } from "react";
import { NewestIndex } from "../feed/newest-index.ts";
import { checkProof, type ProofCheck } from "./check-proof.ts";
import { comparePinned, type Pinning, pinKey } from "./pinned-key.ts";
import { type DestroyedRecord, requestRecord } from "./request-record.ts";

const POLL_MS = 1_500;

export interface CheckedRecord {
  readonly detail: RecordDetail;
  /** Undefined when this browser lacks the cryptography. */
  readonly check: ProofCheck | undefined;
  readonly pinning: Pinning;
}

export interface CheckedRecordQuery {
  readonly data: CheckedRecord | undefined;
  readonly destroyed: DestroyedRecord | undefined;
  readonly error: unknown;
  readonly recheck: () => void;
}

type Found = CheckedRecord | DestroyedRecord;

/**
 * A record with what this browser found out about it. While no checkpoint covers it, it is asked for again. Nothing of one
 * that was destroyed is kept.
 */
export function useCheckedRecord(id: string): CheckedRecordQuery {
  const newest = useContext(NewestIndex);
  const queries = useQueryClient();
  const { data, error, refetch } = useQuery({
    queryKey: ["record", id, newest],
    queryFn: async ({ signal }): Promise<Found> => {
      const known = queries
        .getQueriesData<Found>({ queryKey: ["record", id] })
        .flatMap(([, found]) => found ?? []);
      const found = await requestRecord(id, known.map(placeOf)[0], signal);
      if (!("destroyedIndex" in found)) return checked(found, id);
      queries.removeQueries({ queryKey: ["record", id], type: "inactive" });
      return found;
    },
    placeholderData: (previous, query) => (query?.queryKey[1] === id ? previous : undefined),
    refetchInterval: ({ state: { data: found } }) =>
      found !== undefined && "check" in found && found.check?.verdict === "pending" ? POLL_MS : false,
    structuralSharing: false,
  });
  const isDestroyed = data !== undefined && "destroyedIndex" in data;
  return {
    data: isDestroyed ? undefined : data,
    destroyed: isDestroyed ? data : undefined,
    error,
    recheck: () => void refetch(),
  };
}

function placeOf(found: Found): number {
  return "detail" in found ? found.detail.index : found.destroyedIndex;
}

async function checked(detail: RecordDetail, id: string): Promise<CheckedRecord> {
  const { verifierKey } = detail.proof;
  const check = await checkProof(detail, id).catch(() => undefined);
  const pinning = comparePinned(verifierKey);
  // Remembered once it has proved something: before that, anything could be in its place.
  if (pinning.state === "first" && check?.verdict === "verified") pinKey(verifierKey);
  return { detail, check, pinning };
}

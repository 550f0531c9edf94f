import type { RecordDetail } from "@custody/domain";
import { useQuery } from "@tanstack/react-query";
import { useContext } from "react";
import { requestJson } from "../api/request.ts";
import { NewestIndex } from "../feed/newest-index.ts";
import { checkProof, type ProofCheck } from "./check-proof.ts";
import { comparePinned, type Pinning, pinKey } from "./pinned-key.ts";

const POLL_MS = 1_500;

export interface CheckedRecord {
  readonly detail: RecordDetail;
  /** Undefined when this browser lacks the cryptography. */
  readonly check: ProofCheck | undefined;
  readonly pinning: Pinning;
}

export interface CheckedRecordQuery {
  readonly data: CheckedRecord | undefined;
  readonly error: unknown;
  readonly recheck: () => void;
}

/** A record with what this browser found out about it. While no checkpoint covers it, it is asked for again. */
export function useCheckedRecord(id: string): CheckedRecordQuery {
  const newest = useContext(NewestIndex);
  const { data, error, refetch } = useQuery({
    queryKey: ["record", id, newest],
    queryFn: async ({ signal }): Promise<CheckedRecord> => {
      const path = `/api/records/${encodeURIComponent(id)}`;
      return checked(await requestJson<RecordDetail>(path, { signal }), id);
    },
    placeholderData: (previous, query) => (query?.queryKey[1] === id ? previous : undefined),
    refetchInterval: ({ state }) => (state.data?.check?.verdict === "pending" ? POLL_MS : false),
    structuralSharing: false,
  });
  return { data, error, recheck: () => void refetch() };
}

async function checked(detail: RecordDetail, id: string): Promise<CheckedRecord> {
  const { verifierKey } = detail.proof;
  const check = await checkProof(detail, id).catch(() => undefined);
  const pinning = comparePinned(verifierKey);
  // Remembered once it has proved something: before that, anything could be in its place.
  if (pinning.state === "first" && check?.verdict === "verified") pinKey(verifierKey);
  return { detail, check, pinning };
}

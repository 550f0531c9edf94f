import { type UseQueryResult, useQuery } from "@tanstack/react-query";
import { requestJson } from "../api/request.ts";
import { HOLDS_KEY, type HoldPage } from "./hold.ts";

/**
 * Asked again each second while somebody looks. A stream would say it no sooner, and a browser has six connections for all
 * tabs of a server, of which each tab already uses two.
 */
const POLL_MS = 1_000;
/** Whoever has more before them has another problem than reading them. */
const SHOWN_MAX = 100;

export function useOpenHolds(): UseQueryResult<HoldPage> {
  return useQuery({
    queryKey: [HOLDS_KEY, "open"],
    queryFn: ({ signal }) => requestJson<HoldPage>(`/api/holds?state=open&limit=${SHOWN_MAX}`, { signal }),
    refetchInterval: POLL_MS,
    staleTime: 0,
  });
}

import type { SessionPage, SessionSummary, Thread } from "@custody/domain";
import {
  type InfiniteData,
  type UseInfiniteQueryResult,
  type UseQueryResult,
  useInfiniteQuery,
  useQuery,
} from "@tanstack/react-query";
import { requestJson } from "../api/request.ts";

/** How often a session that runs is asked how it stands; what happened in it is loaded when somebody asks for it. */
const POLL_MS = 5_000;

export function useSession(id: string): UseQueryResult<SessionSummary> {
  return useQuery({
    queryKey: ["session", id],
    queryFn: ({ signal }) =>
      requestJson<SessionSummary>(`/api/sessions/${encodeURIComponent(id)}`, { signal }),
    refetchInterval: ({ state: { data } }) => (data?.state === "running" ? POLL_MS : false),
  });
}

/** The sub-agents that a session began itself: the newest hundred. */
export function useSubAgents(id: string): UseQueryResult<SessionPage> {
  return useQuery({
    queryKey: ["session", id, "sub-agents"],
    queryFn: ({ signal }) =>
      requestJson<SessionPage>(`/api/sessions?limit=100&parent=${encodeURIComponent(id)}`, { signal }),
  });
}

export function useThread(id: string): UseInfiniteQueryResult<InfiniteData<Thread>> {
  return useInfiniteQuery({
    queryKey: ["session", id, "thread"],
    initialPageParam: 0,
    // A thread is read from thousands of records: not because a window has the focus again.
    refetchOnWindowFocus: false,
    queryFn: ({ pageParam, signal }): Promise<Thread> =>
      requestJson<Thread>(`/api/sessions/${encodeURIComponent(id)}/thread?from=${pageParam}`, { signal }),
    getNextPageParam: ({ next }) => next,
  });
}

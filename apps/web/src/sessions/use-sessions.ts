import type { SessionPage, SessionSummary } from "@custody/domain";
import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { useState } from "react";
import { requestJson } from "../api/request.ts";
import { type SteadyPlace, steadyList } from "./steady-list.ts";

/** How often the list asks how sessions stand. */
const POLL_MS = 10_000;

export interface Sessions {
  readonly places: readonly SteadyPlace<SessionSummary>[];
  /** How many wait to be shown. */
  readonly newCount: number;
  readonly isLoaded: boolean;
  readonly error: unknown;
  readonly hasMore: boolean;
  readonly loadMore: () => void;
  readonly showNew: () => void;
}

/** The sessions that match `query`, newest first. They change in their places; new ones wait until they are asked for. */
export function useSessions(query: string): Sessions {
  const found = useInfiniteQuery({
    queryKey: ["sessions", query],
    initialPageParam: "",
    placeholderData: keepPreviousData,
    refetchInterval: POLL_MS,
    queryFn: ({ pageParam, signal }): Promise<SessionPage> => {
      const page = pageParam === "" ? "" : `&before=${pageParam}`;
      return requestJson<SessionPage>(`/api/sessions?limit=50${page}${query === "" ? "" : `&${query}`}`, {
        signal,
      });
    },
    getNextPageParam: ({ next }) => (next === null ? undefined : String(next)),
  });
  const items = found.data?.pages.flatMap(({ sessions }) => sessions) ?? [];
  const [shown, setShown] = useState<{ readonly query: string; readonly ids: readonly string[] }>();
  const list = steadyList(shown?.query === query ? shown.ids : [], items);
  const ids = list.places.map(({ id }) => id);
  // What is on the screen is remembered while it is drawn, so that no answer in between can move it.
  if (
    found.data !== undefined &&
    !found.isPlaceholderData &&
    (shown?.query !== query || ids.length !== shown.ids.length || ids.some((id, at) => id !== shown.ids[at]))
  )
    setShown({ ids, query });
  return {
    error: found.error,
    hasMore: found.hasNextPage,
    isLoaded: found.isSuccess,
    loadMore: () => void found.fetchNextPage(),
    newCount: list.newCount,
    places: list.places,
    showNew: () => setShown({ ids: [], query }),
  };
}

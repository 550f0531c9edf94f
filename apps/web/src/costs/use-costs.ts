import type { CostKey, CostPage } from "@custody/domain";
import {
  type InfiniteData,
  keepPreviousData,
  type UseInfiniteQueryResult,
  useInfiniteQuery,
} from "@tanstack/react-query";
import { requestJson } from "../api/request.ts";

/** Those of a session stand in the list of sessions. */
export type ShownCostKey = Exclude<CostKey, "session">;
export const COST_KEYS: readonly ShownCostKey[] = ["person", "project", "model", "agent", "day"];

const DAY_MS = 86_400_000;

/** How long each choice reaches back; all of it without a number. */
export const PERIODS: Readonly<Record<Period, number | undefined>> = {
  all: undefined,
  day: DAY_MS,
  week: 7 * DAY_MS,
  month: 30 * DAY_MS,
};
export type Period = "all" | "day" | "week" | "month";

/** Costs page by page, the dearest first. The period begins when it was chosen. */
export function useCosts(
  by: ShownCostKey,
  since: string | undefined,
): UseInfiniteQueryResult<InfiniteData<CostPage>> {
  return useInfiniteQuery({
    queryKey: ["costs", by, since],
    initialPageParam: "",
    refetchInterval: 30_000,
    placeholderData: keepPreviousData,
    queryFn: ({ pageParam, signal }): Promise<CostPage> => {
      const query = new URLSearchParams({ by, limit: "50" });
      if (since !== undefined) query.set("since", since);
      if (pageParam !== "") query.set("after", pageParam);
      return requestJson<CostPage>(`/api/costs?${query}`, { signal });
    },
    getNextPageParam: ({ next }) => next ?? undefined,
  });
}

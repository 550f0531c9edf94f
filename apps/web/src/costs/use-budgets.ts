import type { BudgetPage, BudgetStanding } from "@custody/domain";
import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { useState } from "react";
import { requestJson } from "../api/request.ts";

/** How often it is asked anew: money is spent by the minute. */
const POLL_MS = 10_000;

/** A line of the list that is read; what has left the list leaves its place empty. */
interface BudgetLinePlace {
  readonly id: string;
  readonly row: BudgetStanding | undefined;
}

export interface Budgets {
  readonly places: readonly BudgetLinePlace[];
  /** How many lines wait to be shown. */
  readonly newCount: number;
  /** How many budgets the policy has, once that is known. */
  readonly defined: number | undefined;
  /** It was answered or failed once: what stands below may be drawn, since nothing moves it any more. */
  readonly isSettled: boolean;
  readonly error: unknown;
  readonly hasMore: boolean;
  readonly loadMore: () => void;
  readonly showNew: () => void;
}

/**
 * How budgets stand, the dearest share first when they are shown. From then on numbers change in their places: a list that
 * follows what is spent would move under whoever reads it.
 */
export function useBudgets(): Budgets {
  const found = useInfiniteQuery({
    queryKey: ["budgets"],
    initialPageParam: "",
    placeholderData: keepPreviousData,
    refetchInterval: POLL_MS,
    queryFn: ({ pageParam, signal }): Promise<BudgetPage> => {
      const after = pageParam === "" ? "" : `&after=${encodeURIComponent(pageParam)}`;
      return requestJson<BudgetPage>(`/api/budgets?limit=50${after}`, { signal });
    },
    getNextPageParam: ({ next }) => next ?? undefined,
  });
  const pages = found.data?.pages ?? [];
  // A place can stand on two pages, when more was spent there between the two questions.
  const byId = new Map(pages.flatMap(({ budgets }) => budgets.map((row) => [idOf(row), row])));
  const [shown, setShown] = useState<readonly string[]>();
  const ids = shown ?? [...byId.keys()];
  if (shown === undefined && found.data !== undefined) setShown(ids);
  const [isSettled, setSettled] = useState(false);
  // A question that is asked anew after it failed is open again.
  if (!isSettled && (found.isSuccess || found.failureCount > 0)) setSettled(true);
  return {
    defined: pages.at(-1)?.defined,
    error: found.error ?? found.failureReason,
    hasMore: found.hasNextPage,
    isSettled,
    loadMore: () => void found.fetchNextPage().then(() => setShown(undefined)),
    newCount: [...byId.keys()].filter((id) => !ids.includes(id)).length,
    places: ids.map((id) => ({ id, row: byId.get(id) })),
    showNew: () => setShown(undefined),
  };
}

function idOf({ number, scope }: BudgetStanding): string {
  return scope === null ? `${number}` : `${number}:${scope}`;
}

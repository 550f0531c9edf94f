import { pageText } from "@custody/messages";
import { useInfiniteQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { Button } from "react-aria-components/Button";
import { problemText } from "../api/problem-text.ts";
import { requestJson } from "../api/request.ts";
import { Notice } from "../frame/notice.tsx";
import { HOLDS_KEY, type HoldPage } from "./hold.ts";
import { HoldCard } from "./hold-card.tsx";

/** What was held, newest first, with what became of it. */
export function PastHolds(): ReactNode {
  const past = useInfiniteQuery({
    queryKey: [HOLDS_KEY, "all"],
    initialPageParam: "",
    queryFn: ({ pageParam, signal }): Promise<HoldPage> => {
      const query = new URLSearchParams({ limit: "20", state: "all" });
      if (pageParam !== "") query.set("before", pageParam);
      return requestJson<HoldPage>(`/api/holds?${query}`, { signal });
    },
    getNextPageParam: ({ next }) => next ?? undefined,
  });
  const holds = past.data?.pages.flatMap((page) => page.holds) ?? [];
  return (
    <>
      {past.isError && <Notice title={pageText("holds.failed", { reason: problemText(past.error) })} />}
      {past.isSuccess && holds.length === 0 && <Notice title={pageText("holds.none-ever")} />}
      <ul className="mt-4 flex flex-col gap-4" aria-label={pageText("holds.history")}>
        {holds.map((hold) => (
          <HoldCard key={hold.id} hold={hold} />
        ))}
      </ul>
      {past.hasNextPage && (
        <Button className="plain-button mt-4" onPress={() => void past.fetchNextPage()}>
          {pageText("holds.more")}
        </Button>
      )}
    </>
  );
}

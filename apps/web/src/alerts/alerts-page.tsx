import { pageText } from "@custody/messages";
import { keepPreviousData, useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { Button } from "react-aria-components/Button";
import { problemText } from "../api/problem-text.ts";
import { request, requestJson } from "../api/request.ts";
import { Notice } from "../frame/notice.tsx";
import { ALERTS_KEY, type AlertPage } from "./alert.ts";
import { AlertCard } from "./alert-card.tsx";

/** What was refused and what else a person should look at, newest first, as it happens. */
export function AlertsPage(): ReactNode {
  const [isOpenOnly, setOpenOnly] = useState(false);
  const alerts = useAlerts(isOpenOnly);
  const acknowledge = useAcknowledge();
  const found = alerts.data?.pages.flatMap((page) => page.alerts) ?? [];
  return (
    <main className="min-h-0 flex-1 overflow-auto" data-scrolls>
      <div className="mx-auto max-w-5xl px-6 py-6">
        <div className="mb-4 flex flex-wrap items-end gap-4">
          <div className="me-auto">
            <h1 className="text-xl font-semibold tracking-tight">{pageText("alerts.title")}</h1>
            <p className="text-ink-soft">{pageText("alerts.lead")}</p>
          </div>
          <label className="flex items-center gap-2">
            <input
              type="checkbox"
              checked={isOpenOnly}
              onChange={(event) => setOpenOnly(event.target.checked)}
            />
            {pageText("alerts.open-only")}
          </label>
        </div>
        <div role="alert">
          {acknowledge.isError && (
            <p className="mb-4 text-bad">
              {pageText("alerts.not-acknowledged", { reason: problemText(acknowledge.error) })}
            </p>
          )}
        </div>
        {alerts.isError && (
          <Notice title={pageText("alerts.failed", { reason: problemText(alerts.error) })} />
        )}
        {alerts.isSuccess && found.length === 0 && (
          <Notice title={pageText(isOpenOnly ? "alerts.none-open" : "alerts.none")} />
        )}
        <ul className="flex flex-col gap-3" aria-label={pageText("alerts.title")}>
          {found.map((alert) => (
            <AlertCard
              key={alert.id}
              alert={alert}
              isBusy={acknowledge.isPending && acknowledge.variables === alert.id}
              onAcknowledge={acknowledge.mutate}
            />
          ))}
        </ul>
        {alerts.hasNextPage && (
          <Button className="plain-button mt-4" onPress={() => void alerts.fetchNextPage()}>
            {pageText("alerts.more")}
          </Button>
        )}
      </div>
    </main>
  );
}

/** The alerts, newest first, page by page. The frame has them asked for again when they change. */
function useAlerts(isOpenOnly: boolean) {
  return useInfiniteQuery({
    queryKey: [ALERTS_KEY, isOpenOnly],
    initialPageParam: "",
    placeholderData: keepPreviousData,
    queryFn: ({ pageParam, signal }): Promise<AlertPage> => {
      const query = new URLSearchParams({ limit: "50" });
      if (isOpenOnly) query.set("open", "true");
      if (pageParam !== "") query.set("before", pageParam);
      return requestJson<AlertPage>(`/api/alerts?${query}`, { signal });
    },
    getNextPageParam: ({ next }) => next ?? undefined,
  });
}

/** Says that an alert was seen. */
function useAcknowledge() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async (id: string) => {
      await request(`/api/alerts/${encodeURIComponent(id)}/acknowledge`, { method: "POST" });
    },
    onSettled: () => queries.invalidateQueries({ queryKey: [ALERTS_KEY] }),
  });
}

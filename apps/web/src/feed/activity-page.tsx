import type { RecordRow } from "@custody/domain";
import { pageText } from "@custody/messages";
import { Outlet, useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { type ReactNode, useCallback, useState } from "react";
import { FilterBar } from "../filters/filter-bar.tsx";
import { filterQuery, viewSearchOf } from "../filters/view-search.ts";
import { useKeys } from "../keyboard/use-keys.ts";
import { useIsPaused } from "../stream/pausing.ts";
import { FeedList } from "./feed-list.tsx";
import { NewestIndex } from "./newest-index.ts";
import { useFeed } from "./use-feed.ts";

/** The list of actions with its filters, and the record that is open beside it. */
export function ActivityPage(): ReactNode {
  const search = viewSearchOf(useSearch({ strict: false }) as Record<string, unknown>);
  const { id } = useParams({ strict: false }) as { readonly id?: string };
  const navigate = useNavigate();
  const isPaused = useIsPaused();
  const [isReading, setReading] = useState(false);
  const isOpen = id !== undefined;
  const feed = useFeed(filterQuery(search), isPaused ? "paused" : isReading || isOpen ? "steady" : "flowing");

  const open = useCallback(
    (row: RecordRow) => {
      void navigate({ to: "/records/$id", params: { id: row.action }, search: true } as never);
    },
    [navigate],
  );
  const close = useCallback(() => void navigate({ to: "/", search: true } as never), [navigate]);
  const closeIfOpen = (): void => {
    if (isOpen) close();
  };
  useKeys({ Escape: closeIfOpen });

  const openRow = feed.list.rows.find(({ action }) => action === id);
  return (
    <div className="flex min-h-0 flex-1">
      <main className={`flex min-w-0 flex-1 flex-col ${isOpen ? "max-lg:hidden" : ""}`}>
        <h1 className="sr-only">{pageText("feed.label")}</h1>
        <FilterBar search={search} />
        <FeedList feed={feed} search={search} openId={id} onOpen={open} onReadingChange={setReading} />
      </main>
      {isOpen && (
        <NewestIndex value={openRow?.index}>
          <Outlet />
        </NewestIndex>
      )}
    </div>
  );
}

import { pageText } from "@custody/messages";
import type { ReactNode } from "react";
import { Button } from "react-aria-components/Button";
import { problemText } from "../api/problem-text.ts";
import { hasFilter, type ViewSearch } from "../filters/view-search.ts";
import { Notice } from "../frame/notice.tsx";
import { formatCount } from "../text/format.ts";
import type { Feed } from "./use-feed.ts";

/** What is said in place of rows: nothing yet, nothing that matches, or why there is nothing to see. */
export function FeedNotice({
  feed,
  search,
}: {
  readonly feed: Feed;
  readonly search: ViewSearch;
}): ReactNode {
  const { hasLoaded, list, status } = feed;
  if (status === "failed")
    return (
      <Over>
        <Notice title={pageText("feed.failed", { reason: problemText(feed.error) })}>
          <Button className="plain-button" onPress={feed.reload}>
            {pageText("feed.retry")}
          </Button>
        </Notice>
      </Over>
    );
  if (!hasLoaded || list.rows.length > 0) return null;
  const isFiltered = hasFilter(search);
  return (
    <Over>
      <Notice title={pageText(isFiltered ? "feed.none" : "feed.empty")}>
        {isFiltered
          ? pageText("feed.none-hint", { size: formatCount(list.size) })
          : pageText("feed.empty-hint")}
      </Notice>
    </Over>
  );
}

function Over({ children }: { readonly children: ReactNode }): ReactNode {
  return <div className="absolute inset-x-0 top-8 bottom-0 z-5 bg-ground">{children}</div>;
}

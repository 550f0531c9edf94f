import { pageText } from "@custody/messages";
import type { ReactNode } from "react";
import type { Feed } from "./use-feed.ts";

/** What stands below the last row. It has a place of fixed height, so that it moves nothing. */
export function FeedFoot({ top, feed }: { readonly top: number; readonly feed: Feed }): ReactNode {
  return (
    <div
      role="presentation"
      className="absolute inset-x-0 flex h-14 items-center justify-center text-ink-faint"
      style={{ transform: `translateY(${top}px)` }}
    >
      {pageText(feed.list.next === null ? "feed.end" : "feed.more")}
    </div>
  );
}

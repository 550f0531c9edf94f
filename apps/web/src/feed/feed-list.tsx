import type { RecordRow } from "@custody/domain";
import { pagePlural, pageText } from "@custody/messages";
import { useVirtualizer } from "@tanstack/react-virtual";
import { ArrowUp } from "lucide-react";
import { type ReactNode, useEffect, useRef } from "react";
import { Button } from "react-aria-components/Button";
import type { ViewSearch } from "../filters/view-search.ts";
import { heldCount } from "./action-list.ts";
import { FeedFoot } from "./feed-foot.tsx";
import { FeedHead } from "./feed-head.tsx";
import { FeedNotice } from "./feed-notice.tsx";
import { FeedRow, rowId } from "./feed-row.tsx";
import { useActiveRow } from "./use-active-row.ts";
import type { Feed } from "./use-feed.ts";

const ROW_PX = 48;
const HEAD_PX = 32;
const FOOT_PX = 56;
/** Older rows are asked for when fewer than these are left below. */
const ROWS_AHEAD = 30;

interface FeedListProps {
  readonly feed: Feed;
  readonly search: ViewSearch;
  readonly openId: string | undefined;
  readonly onOpen: (row: RecordRow) => void;
  readonly onReadingChange: (isReading: boolean) => void;
}

/** The rows that are on the screen, and a few more. The list itself has the keyboard's focus, never a row. */
export function FeedList({ feed, search, openId, onOpen, onReadingChange }: FeedListProps): ReactNode {
  const { list, loadOlder, release } = feed;
  const { rows } = list;
  const scroller = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_PX,
    getItemKey: (at) => rows[at]?.action ?? at,
    overscan: 8,
    scrollPaddingStart: HEAD_PX,
  });
  const items = virtual.getVirtualItems();
  const { active, clear } = useActiveRow(rows, onOpen, (at) => {
    // A key that was pressed nowhere in particular meant the list: only there is the row read out, and Tab goes on from it.
    if (document.activeElement === document.body) scroller.current?.focus({ preventScroll: true });
    virtual.scrollToIndex(at, { align: "auto" });
  });
  const lastShown = items.at(-1)?.index ?? 0;

  useEffect(() => {
    if (lastShown >= rows.length - ROWS_AHEAD) loadOlder();
  }, [lastShown, rows.length, loadOlder]);

  function updateReading(): void {
    onReadingChange((scroller.current?.scrollTop ?? 0) > ROW_PX / 2 || active !== undefined);
  }
  // biome-ignore lint/correctness/useExhaustiveDependencies: scrolling reports itself.
  useEffect(updateReading, [active]);

  function showNew(): void {
    clear();
    release();
    scroller.current?.scrollTo({ top: 0 });
  }

  const held = heldCount(list);
  return (
    <div className="feed relative min-h-0 flex-1">
      {held > 0 && (
        <Button
          onPress={showNew}
          aria-label={pagePlural("feed.new-label", held)}
          className="absolute inset-x-0 top-10 z-20 mx-auto inline-flex h-8 w-fit cursor-pointer items-center gap-1.5 rounded-full bg-accent px-4 font-medium text-accent-ink shadow-(--shadow-raised)"
        >
          <ArrowUp size={14} aria-hidden />
          {pagePlural("feed.new", held)}
        </Button>
      )}
      <div
        ref={scroller}
        role="grid"
        tabIndex={0}
        aria-label={pageText("feed.label")}
        aria-rowcount={list.next === null ? rows.length + 1 : -1}
        aria-busy={feed.status === "loading"}
        aria-activedescendant={active && rowId(active)}
        onScroll={updateReading}
        className={`h-full overflow-x-hidden overflow-y-scroll outline-offset-[-2px] [overflow-anchor:none] ${feed.status === "loading" && feed.hasLoaded ? "opacity-60" : ""}`}
      >
        <FeedHead />
        <div
          role="rowgroup"
          className="relative"
          style={{ height: virtual.getTotalSize() + (rows.length > 0 ? FOOT_PX : 0) }}
        >
          {items.map(({ index, key, start }) => {
            const row = rows[index] as RecordRow;
            return (
              <FeedRow
                key={key}
                row={row}
                top={start}
                position={index + 1}
                isActive={row.action === active?.action}
                isOpen={row.action === openId}
                onOpen={onOpen}
              />
            );
          })}
          {rows.length > 0 && <FeedFoot top={virtual.getTotalSize()} feed={feed} />}
        </div>
      </div>
      <FeedNotice feed={feed} search={search} />
    </div>
  );
}

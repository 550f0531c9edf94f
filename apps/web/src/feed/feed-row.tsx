import type { RecordRow } from "@custody/domain";
import { pageText, render } from "@custody/messages";
import { memo, type ReactNode } from "react";
import { formatClock, formatDay, formatDuration, formatUtc } from "../text/format.ts";
import { Recorded } from "../text/recorded.tsx";
import { EnvironmentMark } from "./environment-mark.tsx";
import { LevelMark } from "./level-mark.tsx";
import { ResultMark } from "./result-mark.tsx";
import { resultOf } from "./result-of.ts";
import { RowCounts } from "./row-counts.tsx";

interface FeedRowProps {
  readonly row: RecordRow;
  readonly top: number;
  /** From 1, as `aria-rowindex` counts, behind the row of headings. */
  readonly position: number;
  readonly isActive: boolean;
  readonly isOpen: boolean;
  readonly onOpen: (row: RecordRow) => void;
}

/** One action in two lines of fixed height: nothing that arrives later can move what stands around it. */
export const FeedRow: React.NamedExoticComponent<FeedRowProps> = memo(function FeedRow({
  row,
  top,
  position,
  isActive,
  isOpen,
  onOpen,
}: FeedRowProps): ReactNode {
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Enter is handled for the whole list, which has the focus.
    <div
      role="row"
      id={rowId(row)}
      aria-rowindex={position + 1}
      aria-selected={isOpen}
      data-active={isActive || undefined}
      data-level={row.level}
      data-action={row.action}
      className="feed-row"
      style={{ transform: `translateY(${top}px)` }}
      onClick={() => onOpen(row)}
    >
      <div role="gridcell" className="feed-time" title={pageText("feed.utc", { time: formatUtc(row.time) })}>
        <div className="tabular-nums">{formatClock(row.time)}</div>
        <div className="text-[11.5px] text-ink-faint">{formatDay(row.time)}</div>
      </div>
      <div role="gridcell" className="feed-result">
        <ResultMark result={resultOf(row)} />
        <div>
          <LevelMark level={row.level} />
          {row.isReported === true && (
            <span className="ms-1 text-[11.5px] text-ink-soft">{pageText("feed.reported")}</span>
          )}
        </div>
      </div>
      <div role="gridcell" className="feed-what">
        <What row={row} />
      </div>
      <div role="gridcell" className="feed-rows">
        <div>
          <RowCounts rows={row.rows} />
        </div>
        <div className="text-[11.5px] text-ink-faint">
          {row.totalUs !== undefined && formatDuration(row.totalUs)}
        </div>
      </div>
      <div role="gridcell" className="feed-who">
        <div className="truncate">{row.agent !== undefined && <Recorded text={row.agent} />}</div>
        <div className="feed-human truncate text-[11.5px] text-ink-faint">
          {row.human !== undefined && <Recorded text={row.human} />}
        </div>
      </div>
      <div role="gridcell" className="feed-where">
        <div className="truncate">{row.target !== undefined && <Recorded text={row.target} />}</div>
        <div>{row.environment !== undefined && <EnvironmentMark environment={row.environment} />}</div>
      </div>
    </div>
  );
});

function What({ row }: { readonly row: RecordRow }): ReactNode {
  const verbs = row.verbs.join(", ");
  if (verbs === "" && row.text === undefined)
    return (
      <>
        <div className="truncate text-ink-soft">
          <Recorded text={render(row.message.key, row.message.params)} />
        </div>
        <div className="truncate font-mono text-[12px] text-ink-faint">
          <Recorded text={row.type} />
        </div>
      </>
    );
  return (
    <>
      <div className="truncate">
        <span className={`font-semibold ${isHarmful(row) ? "text-bad" : ""}`}>
          <Recorded text={verbs} isCode />
        </span>
        <span className="ms-2 text-ink-soft">
          <Recorded text={row.objects.join(", ")} isCode />
        </span>
      </div>
      <div dir="ltr" className="truncate font-mono text-[12px] text-ink-soft rtl:text-end">
        <Recorded text={beginning(row)} isCode />
      </div>
    </>
  );
}

function isHarmful({ tier }: RecordRow): boolean {
  return tier === "destructive" || tier === "admin";
}

const CHARACTERS_MAX = 240;

/** A line holds no more; white space of any kind is one space here, as the detail has it exactly. */
function beginning({ text = "", isTextCut }: RecordRow): string {
  const line = text.slice(0, CHARACTERS_MAX * 2).replace(/[ \t\r\n]+/g, " ");
  const isCut = isTextCut === true || line.length > CHARACTERS_MAX || text.length > CHARACTERS_MAX * 2;
  return isCut ? `${line.slice(0, CHARACTERS_MAX)}…` : line;
}

export function rowId(row: RecordRow): string {
  return `row-${row.action}`;
}

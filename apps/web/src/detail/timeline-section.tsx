import type { RecordDetail } from "@custody/domain";
import { isPageKey, pageText } from "@custody/messages";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { formatClock, formatCount, formatUtc } from "../text/format.ts";
import { Recorded } from "../text/recorded.tsx";
import { useRecordPlace } from "./record-place.ts";
import { Section } from "./section.tsx";

/** All records of the action in order: asked, answered, ended. Each has its own entry, and its own proof. */
export function TimelineSection({ detail }: { readonly detail: RecordDetail }): ReactNode {
  const place = useRecordPlace();
  return (
    <Section title={pageText("detail.timeline")}>
      <ol className="flex flex-col">
        {detail.related.map(({ index, time, type }) => {
          const isHere = index === detail.index;
          return (
            <li key={index} className="timeline-step" data-here={isHere || undefined}>
              <Link
                {...(place.of(String(index)) as { to: "/" })}
                aria-current={isHere ? "true" : undefined}
                className="flex flex-wrap items-baseline gap-x-2 rounded-sm py-1 hover:bg-hover"
              >
                <span className="tabular-nums" title={pageText("feed.utc", { time: formatUtc(time) })}>
                  {formatClock(time)}
                </span>
                <TypeName type={type} />
                <span className="ms-auto text-[12px] text-ink-faint tabular-nums">
                  {pageText("detail.index")} {formatCount(index)}
                </span>
              </Link>
            </li>
          );
        })}
      </ol>
    </Section>
  );
}

function TypeName({ type }: { readonly type: string }): ReactNode {
  const key = `timeline.${type.split(".").at(-1)}`;
  return isPageKey(key) ? (
    <span title={type}>{pageText(key)}</span>
  ) : (
    <span className="font-mono text-[12px]">
      <Recorded text={type} />
    </span>
  );
}

import type { Duration } from "@custody/domain";
import { pageText } from "@custody/messages";
import type { ReactNode } from "react";
import { formatDuration } from "../text/format.ts";

const PARTS = [
  ["held", "var(--caution)"],
  ["upstream", "var(--running)"],
  ["own", "var(--accent)"],
] as const;

/** Where the time went: waiting for a decision, in the real system, in Custody. */
export function TimingBar({ duration }: { readonly duration: Duration }): ReactNode {
  const { heldUs, totalUs, upstreamUs } = duration;
  const parts = { held: heldUs, upstream: upstreamUs, own: Math.max(0, totalUs - heldUs - upstreamUs) };
  const shown = PARTS.filter(([name]) => parts[name] > 0);
  return (
    <div className="mt-3">
      <div className="flex h-2 gap-px overflow-hidden rounded-full bg-sunken" aria-hidden>
        {shown.map(([name, color]) => (
          <div key={name} style={{ flexGrow: parts[name], flexBasis: 2, background: color }} />
        ))}
      </div>
      <ul className="mt-1.5 flex flex-wrap gap-x-4 text-[12px] text-ink-soft tabular-nums">
        <li className="font-medium text-ink">{formatDuration(totalUs)}</li>
        {shown.map(([name, color]) => (
          <li key={name} className="flex items-center gap-1.5">
            <span className="size-2 rounded-full" style={{ background: color }} aria-hidden />
            {pageText(`detail.timing.${name}`)} {formatDuration(parts[name])}
          </li>
        ))}
      </ul>
    </div>
  );
}

import { pageText } from "@custody/messages";
import type { ReactNode } from "react";

const COLUMNS = ["time", "result", "what", "rows", "who", "where"] as const;

export function FeedHead(): ReactNode {
  return (
    <div role="rowgroup" className="sticky top-0 z-10">
      {/* biome-ignore lint/a11y/useFocusableInteractive: headings are not chosen. */}
      <div role="row" className="feed-head" aria-rowindex={1}>
        {COLUMNS.map((column) => (
          // biome-ignore lint/a11y/useFocusableInteractive: headings are not chosen.
          <div key={column} role="columnheader" className={`feed-${column === "result" ? "heading" : column}`}>
            {pageText(`feed.column.${column}`)}
          </div>
        ))}
      </div>
    </div>
  );
}

import { pageText } from "@custody/messages";
import type { ReactNode } from "react";

const COLUMNS = ["time", "result", "what", "rows", "who", "where"] as const;

export function FeedHead(): ReactNode {
  return (
    <div role="rowgroup" className="sticky top-0 z-10">
      <div role="row" className="feed-head" aria-rowindex={1}>
        {COLUMNS.map((column) => (
          <div
            key={column}
            role="columnheader"
            className={`feed-${column === "result" ? "heading" : column}`}
          >
            {pageText(`feed.column.${column}`)}
          </div>
        ))}
      </div>
    </div>
  );
}

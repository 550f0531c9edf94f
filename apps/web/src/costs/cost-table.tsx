import type { CostLine, CostSum } from "@custody/domain";
import { pageText } from "@custody/messages";
import type { ReactNode } from "react";
import { costText } from "../sessions/cost-text.ts";
import { formatCount } from "../text/format.ts";
import { Recorded } from "../text/recorded.tsx";
import type { ShownCostKey } from "./use-costs.ts";

const COLUMNS = ["requests", "input", "cached", "output", "unpriced", "cost"] as const;

interface CostTableProps {
  readonly by: ShownCostKey;
  readonly lines: readonly CostLine[];
  readonly total: CostSum;
}

/** A line for each key with a bar for its part of the dearest, and the sum of all pages. */
export function CostTable({ by, lines, total }: CostTableProps): ReactNode {
  const most = Math.max(1, ...lines.map(({ costMicros }) => costMicros));
  return (
    <section
      className="overflow-x-auto rounded-lg border border-line bg-surface"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard.
      tabIndex={0}
      aria-label={pageText("costs.title")}
    >
      <table className="w-full border-collapse tabular-nums">
        <thead>
          <tr className="text-[11.5px] text-ink-faint">
            <th scope="col" className="h-8 px-4 text-start font-medium">
              {pageText(`costs.by.${by}`)}
            </th>
            {COLUMNS.map((column) => (
              <th key={column} scope="col" className="h-8 px-4 text-end font-medium">
                {pageText(`costs.column.${column}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {lines.map((line) => (
            <tr key={line.key} className="h-10 border-t border-line" data-cost-line={line.key}>
              <th scope="row" className="max-w-96 px-4 text-start font-normal">
                <div className="truncate">
                  {line.key === "" ? (
                    <span className="text-ink-faint">{pageText("costs.unnamed")}</span>
                  ) : (
                    <Recorded text={line.key} />
                  )}
                </div>
                <div aria-hidden className="mt-0.5 h-1 rounded-full bg-sunken">
                  <div
                    className="h-1 rounded-full bg-accent"
                    style={{ inlineSize: `${(line.costMicros / most) * 100}%` }}
                  />
                </div>
              </th>
              <Numbers sum={line} />
            </tr>
          ))}
        </tbody>
        <tfoot>
          <tr className="h-10 border-t border-line-strong font-semibold" data-cost-total>
            <th scope="row" className="px-4 text-start">
              {pageText("costs.total")}
            </th>
            <Numbers sum={total} />
          </tr>
        </tfoot>
      </table>
    </section>
  );
}

function Numbers({ sum }: { readonly sum: CostSum }): ReactNode {
  const { cacheRead, cacheWrite, input, output, requests, unpriced } = sum;
  return (
    <>
      {[requests, input + cacheRead + cacheWrite, cacheRead, output].map((count, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: columns have no identity but their place.
        <td key={at} className="px-4 text-end">
          {formatCount(count)}
        </td>
      ))}
      <td className={`px-4 text-end ${unpriced === 0 ? "text-ink-faint" : "font-medium text-caution"}`}>
        {formatCount(unpriced)}
      </td>
      <td className="px-4 text-end whitespace-nowrap">{costText(sum)}</td>
    </>
  );
}

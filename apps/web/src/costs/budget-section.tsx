import { pagePlural, pageText } from "@custody/messages";
import type { ReactNode } from "react";
import { Button } from "react-aria-components/Button";
import { problemText } from "../api/problem-text.ts";
import { BudgetLine } from "./budget-line.tsx";
import type { Budgets } from "./use-budgets.ts";

const COLUMNS = ["budget", "spent", "share", "reserved", "left", "beyond"] as const;
const WIDTHS: Readonly<Record<(typeof COLUMNS)[number], string>> = {
  budget: "w-[30%]",
  spent: "w-[20%]",
  share: "w-[9%]",
  reserved: "w-[13%]",
  left: "w-[13%]",
  beyond: "w-[15%]",
};

/** How budgets stand now: what comes close to its end, before it bites. */
export function BudgetSection({ budgets }: { readonly budgets: Budgets }): ReactNode {
  const { defined, error, hasMore, loadMore, newCount, places, showNew } = budgets;
  return (
    <div className="mb-8">
      <div className="mb-2 flex min-h-8 flex-wrap items-end gap-x-4 gap-y-1">
        <div className="me-auto">
          <h2 className="text-[15px] font-semibold">{pageText("budgets.title")}</h2>
          <p className="text-ink-soft">{pageText("budgets.lead")}</p>
        </div>
        {/* What is new, and what failed, has a place of its own here, where it moves nothing. */}
        <span aria-live="polite" className="min-h-8">
          {error !== null && <span className="text-bad">{failure(error)}</span>}
          {error === null && newCount > 0 && (
            <Button className="plain-button" onPress={showNew}>
              {pagePlural("budgets.new", newCount)}
            </Button>
          )}
        </span>
      </div>
      {places.length > 0 && <BudgetTable places={places} />}
      {places.length === 0 && defined !== undefined && (
        <p className="text-ink-soft">{pageText(defined === 0 ? "budgets.undefined" : "budgets.none")}</p>
      )}
      {hasMore && (
        <Button className="plain-button mt-4" onPress={loadMore}>
          {pageText("budgets.more")}
        </Button>
      )}
    </div>
  );
}

function failure(error: unknown): string {
  return pageText("budgets.failed", { reason: problemText(error) });
}

function BudgetTable({ places }: Pick<Budgets, "places">): ReactNode {
  return (
    <section
      className="overflow-x-auto rounded-lg border border-line bg-surface"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard.
      tabIndex={0}
      aria-label={pageText("budgets.title")}
    >
      {/* Its columns have widths of their own: numbers that change must not push each other about. */}
      <table className="w-full min-w-[56rem] table-fixed border-collapse tabular-nums">
        <thead>
          <tr className="text-[11.5px] text-ink-faint">
            {COLUMNS.map((column) => (
              <th
                key={column}
                scope="col"
                className={`h-8 px-4 font-medium ${WIDTHS[column]} ${sideOf(column)}`}
              >
                {pageText(`budgets.column.${column}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {places.map(({ id, row }) => (
            <BudgetLine key={id} id={id} row={row} />
          ))}
        </tbody>
      </table>
    </section>
  );
}

function sideOf(column: (typeof COLUMNS)[number]): string {
  return column === "budget" || column === "beyond" ? "text-start" : "text-end";
}

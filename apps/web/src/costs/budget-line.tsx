import type { BudgetStanding } from "@custody/domain";
import { pageText } from "@custody/messages";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { formatCount } from "../text/format.ts";
import { Recorded } from "../text/recorded.tsx";
import { BudgetBar } from "./budget-bar.tsx";
import { amountText, budgetState, percentOf, placeKind, placeName, spentText } from "./budget-text.ts";

interface BudgetLineProps {
  readonly id: string;
  readonly row: BudgetStanding | undefined;
}

/** One budget in one place. Its height has room for all that it may come to say, so that nothing moves below it. */
export function BudgetLine({ id, row }: BudgetLineProps): ReactNode {
  if (row === undefined)
    return (
      <tr className="h-16 border-t border-line" data-budget-gone={id}>
        <td colSpan={6} className="px-4 text-ink-faint">
          {pageText("budgets.gone")}
        </td>
      </tr>
    );
  const { budget, left, period, reserved, then } = row;
  return (
    <tr className="h-16 border-t border-line" data-budget={id}>
      <th scope="row" className="px-4 text-start font-normal">
        <div className="truncate">
          <span className="font-medium">{budget}</span>{" "}
          <span className="text-ink-soft">
            {placeKind(row)}
            <PlaceName row={row} />, {pageText(`budgets.period.${period}`)}
          </span>
        </div>
        <BudgetBar row={row} />
      </th>
      <td className="px-4 text-end">
        <div>{spentText(row)}</div>
        <Uncertain row={row} />
      </td>
      <td className="px-4 text-end">
        <div>{pageText("budgets.percent", { percent: formatCount(percentOf(row, row.settled)) })}</div>
        <State row={row} />
      </td>
      <td className={`px-4 text-end ${reserved === 0 ? "text-ink-faint" : ""}`}>
        {amountText(row, reserved)}
      </td>
      <td className="px-4 text-end">{amountText(row, left)}</td>
      <td className="px-4 text-ink-soft">{pageText(`budgets.then.${then}`)}</td>
    </tr>
  );
}

function PlaceName({ row }: { readonly row: BudgetStanding }): ReactNode {
  const name = placeName(row);
  if (name === undefined) return null;
  if (row.per !== "session")
    return (
      <>
        {" "}
        <Recorded text={name} />
      </>
    );
  return (
    <>
      {" "}
      <Link
        to={"/sessions/$session" as string}
        params={{ session: row.scope } as never}
        className="link-button"
      >
        <Recorded text={name} />
      </Link>
    </>
  );
}

function State({ row }: { readonly row: BudgetStanding }): ReactNode {
  const state = budgetState(row);
  if (state === "calm") return null;
  return (
    <div className={`text-[11.5px] font-medium ${state === "spent" ? "text-bad" : "text-caution"}`}>
      {pageText(`budgets.${state}`)}
    </div>
  );
}

/** What is not in the sum, or in it without anybody knowing it. */
function Uncertain({ row: { unknown, unpriced } }: { readonly row: BudgetStanding }): ReactNode {
  const texts = [
    ...(unpriced === 0 ? [] : [pageText("budgets.unpriced", { count: formatCount(unpriced) })]),
    ...(unknown === 0 ? [] : [pageText("budgets.unknown", { count: formatCount(unknown) })]),
  ];
  if (texts.length === 0) return null;
  return <div className="text-[11.5px] font-medium text-caution">{texts.join(", ")}</div>;
}

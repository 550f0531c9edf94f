import type { BudgetStanding } from "@custody/domain";
import { pageText } from "@custody/messages";
import type { ReactNode } from "react";
import { amountText, budgetState, percentOf, placeText } from "./budget-text.ts";

const COLOURS = { calm: "bg-accent", near: "bg-caution", spent: "bg-bad" } as const;

/** What is spent as a full bar, and what is set aside as a striped one behind it: whoever sees no colours tells them apart. */
export function BudgetBar({ row }: { readonly row: BudgetStanding }): ReactNode {
  const { budget, limit, reserved, settled } = row;
  const spent = Math.min(1, settled / limit);
  const aside = Math.min(1 - spent, reserved / limit);
  const percent = percentOf(row, settled);
  return (
    // biome-ignore lint/a11y/useSemanticElements: a meter of the browser has one part, and its looks differ in each.
    <div
      role="meter"
      aria-label={pageText("budgets.bar", { budget, place: placeText(row) })}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={Math.min(100, percent)}
      aria-valuetext={pageText("budgets.bar-value", { percent, reserved: amountText(row, reserved) })}
      className="mt-1 flex h-2 overflow-hidden rounded-full border border-line-strong bg-sunken"
    >
      <div className={COLOURS[budgetState(row)]} style={{ inlineSize: `${spent * 100}%` }} />
      <div className="budget-aside" style={{ inlineSize: `${aside * 100}%` }} />
    </div>
  );
}

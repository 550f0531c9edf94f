import { type BudgetStanding, moneyText } from "@custody/domain";
import { escapeText, pageText } from "@custody/messages";
import { formatCount } from "../text/format.ts";

/** `spent`: all of it is; `near`: so much that people were warned. */
export type BudgetState = "spent" | "near" | "calm";

export function budgetState({ limit, settled, warnAt }: BudgetStanding): BudgetState {
  if (settled >= limit) return "spent";
  return settled >= warnAt * limit ? "near" : "calm";
}

/** Whole percents, never said to be all before it is. */
export function percentOf({ limit }: BudgetStanding, amount: number): number {
  return Math.floor((amount / limit) * 100);
}

/** `1.10 USD`, `1,200 tokens`. */
export function amountText({ unit }: BudgetStanding, amount: number): string {
  return unit === "micros" ? moneyText(amount) : pageText("budgets.tokens", { count: formatCount(amount) });
}

/** `12.40 of 20.00 USD`: the unit stands once. */
export function spentText(row: BudgetStanding): string {
  const bare = amountText(row, row.settled).replace(/ [^ ]+$/, "");
  return pageText("budgets.of", { limit: amountText(row, row.limit), settled: bare });
}

/** What kind of place it is: `project`, `each project`, `all together`. */
export function placeKind({ per, scope }: BudgetStanding): string {
  if (per === "all") return pageText("budgets.all");
  return pageText(scope === null ? `budgets.each.${per}` : `budgets.one.${per}`);
}

/** Which one it is, as a record has it; undefined where there is nothing to name. */
export function placeName({ agent, per, person, scope }: BudgetStanding): string | undefined {
  if (per === "all" || scope === null) return undefined;
  if (per === "human") return scope === "" ? pageText("budgets.nobody") : (person ?? scope);
  return per === "session" ? (agent ?? scope) : scope;
}

/** All of it in one line, for whoever hears it. */
export function placeText(row: BudgetStanding): string {
  const name = placeName(row);
  const place = name === undefined ? placeKind(row) : `${placeKind(row)} ${escapeText(name)}`;
  return `${place}, ${pageText(`budgets.period.${row.period}`)}`;
}

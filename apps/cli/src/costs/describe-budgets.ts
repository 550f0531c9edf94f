import { type BudgetStanding, moneyText } from "@custody/domain";
import { escapeText } from "@custody/messages";

/** A line for each, in columns: which budget, for what, how much of it, the share, what is set aside, and what comes then. */
export function budgetLines(budgets: readonly BudgetStanding[]): string[] {
  const rows = budgets.map(cellsOf);
  const widths = (rows[0] ?? []).map((_, at) => Math.max(...rows.map((row) => row[at]?.length ?? 0)));
  return rows.map((row) =>
    row
      .map((cell, at) =>
        at === SHARE ? cell.padStart(widths[at] as number) : cell.padEnd(widths[at] as number),
      )
      .filter((_, at) => widths[at] !== 0)
      .join("  ")
      .trimEnd(),
  );
}

const SHARE = 3;

function cellsOf(row: BudgetStanding): string[] {
  const { budget, limit, reserved, settled, then, unknown, unpriced } = row;
  const counts = [
    ...(unpriced === 0 ? [] : [`${unpriced} unpriced`]),
    ...(unknown === 0 ? [] : [`${unknown} unknown`]),
  ];
  return [
    budget,
    `${escapeText(placeText(row))}, ${PERIODS[row.period]}`,
    `${bareAmount(row, settled)} of ${amount(row, limit)}`,
    // Never said to be all of it before it is.
    `${Math.floor((settled / limit) * 100)} %`,
    reserved === 0 ? "" : `${bareAmount(row, reserved)} set aside`,
    `then ${then}`,
    counts.join(", "),
  ];
}

const PERIODS: Readonly<Record<BudgetStanding["period"], string>> = {
  day: "today",
  hour: "this hour",
  month: "this month",
  total: "all time",
};

function placeText({ agent, per, person, scope }: BudgetStanding): string {
  if (per === "all") return "all together";
  const kind = per === "human" ? "person" : per;
  if (scope === null) return `each ${kind}`;
  if (per === "human") return scope === "" ? "nobody in particular" : `person ${person ?? scope}`;
  if (per !== "session") return `${kind} ${scope}`;
  const of = agent === undefined ? "" : ` of ${agent}`;
  return `session ${scope}${of}${person === undefined ? "" : ` for ${person}`}`;
}

function amount({ unit }: BudgetStanding, count: number): string {
  return unit === "tokens" ? `${count} tokens` : moneyText(count);
}

/** Without its unit, which stands once in a line. */
function bareAmount(row: BudgetStanding, count: number): string {
  return amount(row, count).replace(/ [^ ]+$/, "");
}

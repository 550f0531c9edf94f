import { type CostPage, type CostSum, moneyText } from "@custody/domain";
import { escapeText } from "@custody/messages";

/** What it cost, for people. What nobody knows the price of is said, and is never 0. */
export function costText({ costMicros, requests, unpriced }: CostSum): string {
  if (unpriced === 0) return moneyText(costMicros);
  return unpriced === requests ? "unpriced" : `${moneyText(costMicros)} and ${unpriced} unpriced`;
}

/** A table with a line for each key, the dearest first, and the sum of all pages. */
export function costLines({ lines, total }: CostPage, by: string): string[] {
  const rows = [
    [by, "requests", "input", "from cache", "output", "cost"],
    ...lines.map((line) => rowOf(line.key === "" ? "(none)" : line.key, line)),
    rowOf("all together", total),
  ];
  const widths = (rows[0] as string[]).map((_, at) => Math.max(...rows.map((row) => row[at]?.length ?? 0)));
  const padded = (cell: string, at: number) => {
    const width = widths[at] as number;
    return at === 0 || at === widths.length - 1 ? cell.padEnd(width) : cell.padStart(width);
  };
  return rows.map((row) => row.map(padded).join("  ").trimEnd());
}

function rowOf(key: string, sum: CostSum): string[] {
  const { cacheRead, cacheWrite, input, output, reported, requests } = sum;
  return [
    escapeText(key),
    reported === 0 ? String(requests) : `${requests} (${reported} reported)`,
    String(input + cacheRead + cacheWrite),
    String(cacheRead),
    String(output),
    costText(sum),
  ];
}

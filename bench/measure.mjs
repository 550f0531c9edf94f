/** Small statistics for the benchmarks, and the table they print. */
export function median(values) {
  return quantile(values, 0.5);
}

export function quantile(values, q) {
  if (values.length === 0) return Number.NaN;
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))];
}

/** Runs each contestant once a round, in turns, so that a busy moment of the machine hits all of them. */
export async function interleave(contestants, rounds, onRound = () => {}) {
  const results = new Map(contestants.map(({ name }) => [name, []]));
  for (let round = 1; round <= rounds; round += 1) {
    for (const { name, run } of contestants) {
      results.get(name).push(await run());
      onRound(`round ${round}/${rounds}: ${name}`);
    }
  }
  return results;
}

/** Medians, field by field, of what the rounds gave. */
export function medians(rounds) {
  const fields = Object.keys(rounds[0] ?? {});
  return Object.fromEntries(fields.map((field) => [field, median(rounds.map((round) => round[field]))]));
}

export function printTable(title, columns, rows) {
  const cells = [columns, ...rows.map((row) => row.map(String))];
  const widths = columns.map((_, at) => Math.max(...cells.map((row) => row[at].length)));
  console.log(`\n${title}`);
  for (const row of cells)
    console.log(
      row.map((cell, at) => (at === 0 ? cell.padEnd(widths[at]) : cell.padStart(widths[at]))).join("  "),
    );
}

/** A ratio against its budget: `met`, or how far away. */
export function judge(name, value, budget, isAtLeast) {
  const isMet = isAtLeast ? value >= budget : value <= budget;
  return [name, round(value), `${isAtLeast ? ">=" : "<="} ${budget}`, isMet ? "met" : "NOT met"];
}

export function round(value) {
  if (Number.isNaN(value)) return "n/a";
  return value >= 1000 ? String(Math.round(value)) : value.toPrecision(3);
}

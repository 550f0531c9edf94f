import type { AuditRecord, CostKey, CostSum } from "@custody/domain";

/** Adds everything up, record by record, by the words of the documentation. */
export function naiveCosts(records: readonly AuditRecord[], by: CostKey): Map<string, CostSum> {
  const sums = new Map<string, CostSum>();
  for (const record of records)
    if (record.usage !== undefined) {
      const key = keyOf(record, by);
      sums.set(key, sumOf([...(sums.has(key) ? [sums.get(key) as CostSum] : []), oneOf(record)]));
    }
  return sums;
}

export function naiveTotal(records: readonly AuditRecord[]): CostSum {
  return sumOf(records.filter(({ usage }) => usage !== undefined).map(oneOf));
}

function keyOf({ actor, project, session, time, usage }: AuditRecord, by: CostKey): string {
  switch (by) {
    case "agent":
      return actor.agent?.name ?? "";
    case "day":
      return time.slice(0, 10);
    case "model":
      return `${usage?.provider}/${usage?.model}`;
    case "person":
      return actor.human?.name ?? "";
    case "project":
      return project;
    case "session":
      return session ?? "";
  }
}

function oneOf({ source, usage }: AuditRecord): CostSum {
  if (usage === undefined) throw new Error("it took nothing");
  const { cacheRead, cacheWrite, costMicros, currency, input, output, reasoning } = usage;
  const isPriced = costMicros !== null && currency === "USD";
  return {
    cacheRead,
    cacheWrite,
    costMicros: isPriced ? costMicros : 0,
    input,
    output,
    reasoning,
    reported: source.vantage === "reported" ? 1 : 0,
    requests: 1,
    unpriced: isPriced ? 0 : 1,
  };
}

function sumOf(all: readonly CostSum[]): CostSum {
  const names: (keyof CostSum)[] = [
    "cacheRead",
    "cacheWrite",
    "costMicros",
    "input",
    "output",
    "reasoning",
    "reported",
    "requests",
    "unpriced",
  ];
  const entries = names.map((name) => [name, all.reduce((sum, each) => sum + each[name], 0)]);
  return Object.fromEntries(entries) as CostSum;
}

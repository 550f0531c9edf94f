import type { RecordFilter } from "@custody/domain";
import type { RecordIndex } from "../record-index.ts";

const FILTERS: readonly RecordFilter[] = [
  {},
  { agent: "robot" },
  { level: "warning", target: "shop" },
  { type: "db.*.denied" },
  { table: "customers", tier: "write" },
  { search: "select" },
  { search: "müller 100", target: "crm" },
  { search: "東京", project: "other" },
];

/** What an index says to a set of questions, as one text: two indexes of one ledger must say the same. */
export function answersOf(index: RecordIndex): string {
  const lists = FILTERS.flatMap((filter) =>
    (["actions", "records"] as const).flatMap((view) => [
      index.list({ filter, limit: 200, view }),
      index.list({ before: Math.floor(index.cursor / 2), filter, limit: 50, view }),
      index.rowsAfter(Math.floor(index.cursor / 3), filter, view, 50),
    ]),
  );
  const { rows } = index.list({ filter: {}, limit: 300, view: "records" });
  const single = rows.map(({ action, id }) => [index.find(id), index.find(action), index.related(action)]);
  return JSON.stringify([
    lists,
    single,
    index.facets(),
    index.facets("records"),
    index.tables({ limit: 100 }),
    index.sessions({ limit: 100, nowMs: 0 }),
    (["model", "session", "day"] as const).map((by) => index.costs({ by, filter: {}, limit: 100 })),
  ]);
}

import type { TableTotal } from "@custody/domain";
import type { TableDeeds } from "./table-deeds.ts";
import { addDeed, emptySum, subtract, type TableSum } from "./table-sum.ts";

/** No more are counted, since all are in memory, and an agent can make up names as fast as it can write. */
const TABLES_MAX = 100_000;

/** One table. All statements from `firstIndex` on are counted; before, there was no room for it. */
export interface TableEntry {
  readonly target: string;
  readonly table: string;
  readonly sum: TableSum;
  readonly firstIndex: number;
  lastIndex: number;
  lastTime: string;
}

/** What was done to each table, counted along with the records. */
export class TableTotals {
  readonly #byKey = new Map<string, TableEntry>();
  readonly #changed = new Set<TableEntry>();
  readonly #removed = new Set<TableEntry>();
  readonly #tablesMax: number;

  constructor(tablesMax: number = TABLES_MAX) {
    this.#tablesMax = tablesMax;
  }

  load(stored: readonly [target: string, name: string, value: string][]): void {
    for (const [target, table, value] of stored)
      this.#byKey.set(keyOf(target, table), { ...(JSON.parse(value) as TableEntry), table, target });
  }

  /** Counts a statement that changed so many rows. */
  add(deeds: TableDeeds, rows: number, index: number, time: string): void {
    for (const deed of deeds.tables) {
      const entry = this.entry(deeds.target, deed.name) ?? this.#newEntry(deeds.target, deed.name, index);
      if (entry === undefined) continue;
      addDeed(entry.sum, deed, deeds, rows);
      this.setLast(entry, index, time);
    }
  }

  entry(target: string, table: string): TableEntry | undefined {
    return this.#byKey.get(keyOf(target, table));
  }

  /** Which statement is the last that touched a table. */
  setLast(entry: TableEntry, index: number, time: string): void {
    entry.lastIndex = index;
    entry.lastTime = time;
    this.#changed.add(entry);
  }

  /** Takes statements back that were counted. A table that is left without any is forgotten. */
  subtract(entry: TableEntry, less: TableSum): void {
    subtract(entry.sum, less);
    this.#changed.add(entry);
    if (entry.sum.statements > 0) return;
    this.#byKey.delete(keyOf(entry.target, entry.table));
    this.#removed.add(entry);
  }

  entries(): Iterable<TableEntry> {
    return this.#byKey.values();
  }

  all(): readonly TableTotal[] {
    return [...this.#byKey.values()].map(({ lastIndex, lastTime, sum, table, target }) => ({
      ...sum,
      lastIndex,
      lastTime,
      table,
      target,
    }));
  }

  takeChanged(): { target: string; name: string; value: string }[] {
    const changed = [...this.#changed].map(({ table, target, ...value }) => ({
      name: table,
      target,
      value: JSON.stringify(value),
    }));
    this.#changed.clear();
    return changed;
  }

  /** Those to delete after what has changed was stored. */
  takeRemoved(): readonly Pick<TableEntry, "table" | "target">[] {
    const removed = [...this.#removed];
    this.#removed.clear();
    return removed;
  }

  #newEntry(target: string, table: string, index: number): TableEntry | undefined {
    if (this.#byKey.size >= this.#tablesMax) return undefined;
    const entry = { firstIndex: index, lastIndex: index, lastTime: "", sum: emptySum(), table, target };
    this.#byKey.set(keyOf(target, table), entry);
    return entry;
  }
}

function keyOf(target: string, table: string): string {
  return `${target}\0${table}`;
}

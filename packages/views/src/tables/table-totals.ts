import type { TableTotal } from "@custody/domain";
import type { TableDeeds } from "./table-deeds.ts";

/** No more are counted, since all are in memory, and an agent can make up names as fast as it can write. */
const TABLES_MAX = 100_000;

type Counts = { -readonly [Name in keyof TableTotal]: TableTotal[Name] };

/** What was done to each table, counted along with the records. */
export class TableTotals {
  readonly #byKey = new Map<string, Counts>();
  readonly #changed = new Set<Counts>();
  readonly #tablesMax: number;

  constructor(tablesMax: number = TABLES_MAX) {
    this.#tablesMax = tablesMax;
  }

  load(stored: readonly [target: string, name: string, value: string][]): void {
    for (const [target, table, value] of stored)
      this.#byKey.set(keyOf(target, table), { ...(JSON.parse(value) as Counts), table, target });
  }

  add({ isDenied, isRolledBack, rows, tables, target, time }: TableDeeds, index: number): void {
    for (const { isRead, isWritten, name } of tables) {
      const counts = this.#countsOf(target, name);
      if (counts === undefined) continue;
      counts.statements += 1;
      if (isDenied) counts.denied += 1;
      else {
        if (isRead) counts.reads += 1;
        if (isWritten) counts.writes += 1;
        if (isRolledBack) counts.rolledBack += 1;
        else if (isWritten) counts.rowsAffected += rows;
      }
      counts.lastIndex = index;
      counts.lastTime = time;
      this.#changed.add(counts);
    }
  }

  all(): readonly TableTotal[] {
    return [...this.#byKey.values()];
  }

  takeChanged(): { target: string; name: string; value: string }[] {
    const changed = [...this.#changed].map(({ table, target, ...counts }) => ({
      name: table,
      target,
      value: JSON.stringify(counts),
    }));
    this.#changed.clear();
    return changed;
  }

  #countsOf(target: string, table: string): Counts | undefined {
    const key = keyOf(target, table);
    let counts = this.#byKey.get(key);
    if (counts === undefined && this.#byKey.size < this.#tablesMax) {
      const zero = { denied: 0, reads: 0, rolledBack: 0, rowsAffected: 0, statements: 0, writes: 0 };
      counts = { ...zero, lastIndex: 0, lastTime: "", table, target };
      this.#byKey.set(key, counts);
    }
    return counts;
  }
}

function keyOf(target: string, table: string): string {
  return `${target}\0${table}`;
}

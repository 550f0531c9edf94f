import type { Facets, FacetValue } from "@custody/domain";
import { FORGOTTEN, LATEST } from "../columns/chunk.ts";
import type { IndexTables } from "../indexing/index-tables.ts";
import { LEVELS, TIERS } from "../row/levels.ts";
import type { View } from "./scan.ts";

const SESSIONS_MAX = 100;

export function countFacets(tables: IndexTables, view: View): Facets {
  const { contexts, shapes } = tables;
  const { contextCounts, order, shapeCounts } = countRows(tables, view);
  const agents = new Tally();
  const humans = new Tally();
  const projects = new Tally();
  const sessions = new Tally();
  const targets = new Tally();
  for (const at of order) {
    const { agent, human, project, session, target } = contexts.value(at);
    const count = contextCounts[at] as number;
    agents.add(agent, count);
    humans.add(human, count);
    projects.add(project === "" ? undefined : project, count);
    sessions.add(session, count);
    targets.add(target, count);
  }
  const levels = new Tally();
  const tiers = new Tally();
  const types = new Tally();
  for (const [at, { level, tier, type }] of shapes.values().entries()) {
    const count = shapeCounts[at] as number;
    levels.add(level, count);
    tiers.add(tier, count);
    types.add(type, count);
  }
  return {
    agents: agents.byCount(),
    humans: humans.byCount(),
    levels: levels.inOrder(LEVELS),
    projects: projects.byCount(),
    sessions: sessions.newest(SESSIONS_MAX),
    targets: targets.byCount(),
    tiers: tiers.inOrder(TIERS),
    types: types.byCount(),
  };
}

interface RowCounts {
  readonly contextCounts: Float64Array;
  readonly shapeCounts: Float64Array;
  /** The contexts by their first row. Their numbers may be in another order, once rows were forgotten. */
  readonly order: readonly number[];
}

function countRows({ columns, contexts, shapes }: IndexTables, view: View): RowCounts {
  const contextCounts = new Float64Array(contexts.size);
  const shapeCounts = new Float64Array(shapes.size);
  const seen = new Uint8Array(contexts.size);
  const order: number[] = [];
  const flag = view === "actions" ? LATEST : 0;
  for (const chunk of columns.chunks) {
    for (let at = 0; at < chunk.count; at += 1) {
      const flags = chunk.flags[at] as number;
      if ((flags & FORGOTTEN) !== 0) continue;
      const context = chunk.contexts[at] as number;
      if (seen[context] === 0) order.push(context);
      seen[context] = 1;
      if ((flags & flag) !== flag) continue;
      (contextCounts[context] as number) += 1;
      (shapeCounts[chunk.shapes[at] as number] as number) += 1;
    }
  }
  return { contextCounts, order, shapeCounts };
}

/** Counts by value, in the order in which values were first seen. */
class Tally {
  readonly #counts = new Map<string, number>();

  add(value: string | undefined, count: number): void {
    if (value !== undefined && count > 0) this.#counts.set(value, (this.#counts.get(value) ?? 0) + count);
  }

  byCount(): FacetValue[] {
    return this.#all().sort((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1));
  }

  newest(count: number): FacetValue[] {
    return this.#all().slice(-count).reverse();
  }

  inOrder(values: readonly string[]): FacetValue[] {
    return values.flatMap((value) => {
      const count = this.#counts.get(value);
      return count === undefined ? [] : [{ count, value }];
    });
  }

  #all(): FacetValue[] {
    return [...this.#counts].map(([value, count]) => ({ count, value }));
  }
}

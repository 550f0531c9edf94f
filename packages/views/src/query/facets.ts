import type { Facets, FacetValue } from "@custody/domain";
import { LATEST } from "../columns/chunk.ts";
import type { IndexTables } from "../indexing/index-tables.ts";
import { LEVELS, TIERS } from "../row/levels.ts";
import type { View } from "./scan.ts";

const SESSIONS_MAX = 100;

export function countFacets({ columns, contexts, shapes }: IndexTables, view: View): Facets {
  const contextCounts = new Float64Array(contexts.size);
  const shapeCounts = new Float64Array(shapes.size);
  const flag = view === "actions" ? LATEST : 0;
  for (const chunk of columns.chunks) {
    for (let at = 0; at < chunk.count; at += 1) {
      if (((chunk.flags[at] as number) & flag) !== flag) continue;
      (contextCounts[chunk.contexts[at] as number] as number) += 1;
      (shapeCounts[chunk.shapes[at] as number] as number) += 1;
    }
  }
  const agents = new Tally();
  const projects = new Tally();
  const sessions = new Tally();
  const targets = new Tally();
  for (const [at, { agent, project, session, target }] of contexts.values().entries()) {
    const count = contextCounts[at] as number;
    agents.add(agent, count);
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
    levels: levels.inOrder(LEVELS),
    projects: projects.byCount(),
    sessions: sessions.newest(SESSIONS_MAX),
    targets: targets.byCount(),
    tiers: tiers.inOrder(TIERS),
    types: types.byCount(),
  };
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

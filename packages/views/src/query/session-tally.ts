import { actionStep } from "@custody/domain";
import { CHUNK_ROWS, FORGOTTEN } from "../columns/chunk.ts";
import type { IndexTables } from "../indexing/index-tables.ts";
import type { Shape } from "../row/facets.ts";
import { addUsage, emptySum, type Sum } from "./cost-sums.ts";

/** What the rows of one session say together. */
export interface SessionTally {
  readonly id: string;
  /** Its first row, by which sessions are in order. */
  readonly first: number;
  firstUs: number;
  lastUs: number;
  /** The rows of its start and its end, where there are. */
  started: number | undefined;
  ended: number | undefined;
  statements: number;
  writes: number;
  denied: number;
  prompts: number;
  requests: number;
  toolCalls: number;
  readonly cost: Sum;
}

type Count = "denied" | "prompts" | "requests" | "statements" | "toolCalls" | "writes";

/** What a row counts as. */
interface Role {
  readonly counts: readonly Count[];
  readonly isStart: boolean;
  readonly isEnd: boolean;
}

/**
 * Goes through all rows and adds up what each session did; nothing of it is kept, so nothing has to be taken back when records
 * are destroyed. The oldest session first.
 */
export function tallySessions({ columns, contexts, shapes, usages }: IndexTables): SessionTally[] {
  const sessions = contexts.values().map(({ session }) => session);
  const roles = shapes.values().map(roleOf);
  const tallies = new Map<string, SessionTally>();
  for (const [number, chunk] of columns.chunks.entries())
    for (let at = 0; at < chunk.count; at += 1) {
      if (((chunk.flags[at] as number) & FORGOTTEN) !== 0) continue;
      const session = sessions[chunk.contexts[at] as number];
      if (session === undefined) continue;
      const row = number * CHUNK_ROWS + at;
      const timeUs = chunk.times[at] as number;
      let tally = tallies.get(session);
      if (tally === undefined) {
        tally = newTally(session, row, timeUs);
        tallies.set(session, tally);
      }
      addRow(tally, roles[chunk.shapes[at] as number] as Role, row, timeUs);
    }
  for (const usage of usages.all()) {
    const tally = tallies.get(sessions[columns.context(usage.row)] ?? "");
    if (tally !== undefined) addUsage(tally.cost, usage);
  }
  return [...tallies.values()];
}

function newTally(id: string, first: number, timeUs: number): SessionTally {
  return {
    cost: emptySum(),
    denied: 0,
    ended: undefined,
    first,
    firstUs: timeUs,
    id,
    lastUs: timeUs,
    prompts: 0,
    requests: 0,
    started: undefined,
    statements: 0,
    toolCalls: 0,
    writes: 0,
  };
}

function addRow(tally: SessionTally, { counts, isEnd, isStart }: Role, row: number, timeUs: number): void {
  tally.firstUs = Math.min(tally.firstUs, timeUs);
  tally.lastUs = Math.max(tally.lastUs, timeUs);
  for (const count of counts) tally[count] += 1;
  if (isStart) tally.started ??= row;
  if (isEnd) tally.ended ??= row;
}

function roleOf({ tier, type }: Shape): Role {
  return {
    counts: countsOf(type, tier !== undefined && tier !== "read"),
    isEnd: type === "session.ended",
    isStart: type === "session.started",
  };
}

function countsOf(type: string, isWrite: boolean): readonly Count[] {
  if (type === "prompt.submitted") return ["prompts"];
  if (type === "tool.call.requested") return ["toolCalls"];
  if (actionStep(type) !== "closes") return [];
  const what: Count = type.startsWith("model.") ? "requests" : "statements";
  if (type.endsWith(".denied")) return [what, "denied"];
  return what === "statements" && isWrite ? [what, "writes"] : [what];
}

import { rfc3339, type SessionPage, type SessionState, type SessionSummary } from "@custody/domain";
import type { IndexTables } from "../indexing/index-tables.ts";
import type { Context } from "../row/facets.ts";
import { ownValues } from "../row/row-text.ts";
import type { SessionNote } from "../row/session-note.ts";
import { type SessionTally, tallySessions } from "./session-tally.ts";

export interface SessionQuery {
  readonly project?: string | undefined;
  readonly agent?: string | undefined;
  /** The name of the person for whom it acts. */
  readonly human?: string | undefined;
  readonly state?: SessionState | undefined;
  /** The session that began it. */
  readonly parent?: string | undefined;
  readonly limit: number;
  /** What `next` of the page before says. */
  readonly before?: number | undefined;
  /** Which tokens have expired. */
  readonly nowMs: number;
}

/** Notes of so many sessions are read at once, until a page is full. */
const READ_AT_ONCE = 256;

export function sessionPage(tables: IndexTables, query: SessionQuery): SessionPage {
  const { before = Number.POSITIVE_INFINITY, limit, nowMs, state } = query;
  const all = tallySessions(tables);
  const wordOf = lastWords(tables, all);
  const fitting = all
    .filter(({ first }) => first < before)
    .filter((tally) => isAsked(identityOf(tables, tally), query))
    .reverse();
  const found: { first: number; summary: SessionSummary }[] = [];
  for (let at = 0; at < fitting.length && found.length <= limit; at += READ_AT_ONCE) {
    const some = fitting.slice(at, at + READ_AT_ONCE);
    const noteOf = readNotes(tables, [...some, ...some.map(wordOf)]);
    for (const tally of some) {
      const summary = summaryOf(tables, tally, wordOf(tally), noteOf, nowMs);
      if (state === undefined || summary.state === state) found.push({ first: tally.first, summary });
    }
  }
  const shown = found.slice(0, limit);
  return {
    next: found.length > limit ? (shown.at(-1)?.first ?? null) : null,
    sessions: shown.map(({ summary }) => summary),
  };
}

/** One session; undefined when there is no record of it. */
export function sessionSummary(tables: IndexTables, id: string, nowMs: number): SessionSummary | undefined {
  const all = tallySessions(tables);
  const tally = all.find((each) => each.id === id);
  if (tally === undefined) return undefined;
  const word = lastWords(tables, all)(tally);
  return summaryOf(tables, tally, word, readNotes(tables, [tally, word]), nowMs);
}

/** Agents that agents begin are not nested more deeply. */
const DEPTH_MAX = 20;

/** Which session says how another one ended: itself, or, of a sub-agent that nobody ended, the one that began it. */
function lastWords(tables: IndexTables, all: readonly SessionTally[]): (tally: SessionTally) => SessionTally {
  const byId = new Map(all.map((tally) => [tally.id, tally]));
  return (tally) => {
    let word = tally;
    for (let depth = 0; depth < DEPTH_MAX && word.ended === undefined; depth += 1) {
      const parent = byId.get(identityOf(tables, word).parentSession ?? "");
      if (parent === undefined) break;
      word = parent;
    }
    return word;
  };
}

/** Who it is: by its start, or its first record. Whoever ended it may be somebody else. */
function identityOf({ columns, contexts }: IndexTables, { first, started }: SessionTally): Context {
  return contexts.value(columns.context(started ?? first));
}

function isAsked({ agent, human, parentSession, project }: Context, query: SessionQuery): boolean {
  return (
    (query.project === undefined || project === query.project) &&
    (query.agent === undefined || agent === query.agent) &&
    (query.human === undefined || human === query.human) &&
    (query.parent === undefined || parentSession === query.parent)
  );
}

type NoteOf = (row: number | undefined) => SessionNote;

function readNotes({ file }: IndexTables, tallies: readonly SessionTally[]): NoteOf {
  const rows = tallies.flatMap(({ ended, started }) => [ended, started]).filter((row) => row !== undefined);
  const texts = file.parts.rows(rows);
  return (row) => {
    const text = row === undefined ? undefined : texts.get(row);
    return (text === undefined ? undefined : ownValues(text).note) ?? {};
  };
}

function summaryOf(
  tables: IndexTables,
  tally: SessionTally,
  word: SessionTally,
  noteOf: NoteOf,
  nowMs: number,
): SessionSummary {
  const { cost, denied, ended, firstUs, id, lastUs, started } = tally;
  const { prompts, requests, statements, toolCalls, writes } = tally;
  const { agent, human, parentSession, project } = identityOf(tables, tally);
  const { exitCode: _exitCode, reason: _reason, signal: _signal, ...start } = noteOf(started);
  const { exitCode, reason, signal } = noteOf(ended);
  const timeOf = (row: number) => rfc3339(tables.columns.timeUs(row));
  return {
    id,
    ...(parentSession === undefined ? undefined : { parent: parentSession }),
    ...(agent === undefined ? undefined : { agent }),
    ...(human === undefined ? undefined : { person: human }),
    project,
    state: stateOf(word, noteOf(word.ended).reason, noteOf(word.started).expiresAt, nowMs),
    startedAt: started === undefined ? rfc3339(firstUs) : timeOf(started),
    ...(word.ended === undefined ? undefined : { endedAt: timeOf(word.ended) }),
    lastAt: rfc3339(lastUs),
    ...start,
    ...(reason === undefined ? undefined : { reason }),
    ...(exitCode === undefined ? undefined : { exitCode }),
    ...(signal === undefined ? undefined : { signal }),
    counts: { denied, prompts, requests, statements, toolCalls, writes },
    cost,
  };
}

function stateOf(
  { ended, started }: SessionTally,
  reason: string | undefined,
  expiresAt: string | undefined,
  nowMs: number,
): SessionState {
  if (ended !== undefined) return reason === "unknown" ? "unknown" : "ended";
  if (started === undefined) return "unknown";
  return expiresAt !== undefined && Date.parse(expiresAt) <= nowMs ? "expired" : "running";
}

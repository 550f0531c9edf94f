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
  const fitting = tallySessions(tables)
    .filter(({ first }) => first < before)
    .filter((tally) => isAsked(identityOf(tables, tally), query))
    .reverse();
  const found: { first: number; summary: SessionSummary }[] = [];
  for (let at = 0; at < fitting.length && found.length <= limit; at += READ_AT_ONCE) {
    const some = fitting.slice(at, at + READ_AT_ONCE);
    const noteOf = readNotes(tables, some);
    for (const tally of some) {
      const summary = summaryOf(tables, tally, noteOf, nowMs);
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
  const tally = tallySessions(tables).find((each) => each.id === id);
  return tally && summaryOf(tables, tally, readNotes(tables, [tally]), nowMs);
}

/** Who it is: by its start, or its first record. Whoever ended it may be somebody else. */
function identityOf({ columns, contexts }: IndexTables, { first, started }: SessionTally): Context {
  return contexts.value(columns.context(started ?? first));
}

function isAsked({ agent, human, project }: Context, query: SessionQuery): boolean {
  return (
    (query.project === undefined || project === query.project) &&
    (query.agent === undefined || agent === query.agent) &&
    (query.human === undefined || human === query.human)
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

function summaryOf(tables: IndexTables, tally: SessionTally, noteOf: NoteOf, nowMs: number): SessionSummary {
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
    state: stateOf(tally, reason, start.expiresAt, nowMs),
    startedAt: started === undefined ? rfc3339(firstUs) : timeOf(started),
    ...(ended === undefined ? undefined : { endedAt: timeOf(ended) }),
    lastAt: rfc3339(lastUs),
    ...start,
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

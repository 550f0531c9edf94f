import { actionStep, isReportable } from "@custody/domain";
import type { LedgerReader } from "@custody/ledger";
import { type IndexedRecord, parseRecord } from "../records/indexed-record.ts";

/** What a start needs from the records of earlier runs. */
export interface Found {
  /** Requests without a final record, oldest first. */
  readonly open: readonly IndexedRecord[];
  /** The actions among them that waited for a human, and were never run. */
  readonly waiting: ReadonlySet<string>;
  /** `session.started` records. */
  readonly sessions: readonly IndexedRecord[];
  /** The sessions that a `session.ended` is of, as envelopes refer to them. */
  readonly ended: ReadonlySet<string>;
}

/** A bundle of envelopes, which is what the reader reads at once. */
const WINDOW = 256;

/**
 * Looks through the entries from `from` on, in two passes: the first reads only envelopes, which need no decryption
 * and tell each session's requests from its final records; the second opens those sessions that do not come out even.
 */
export async function findOpen(reader: LedgerReader, from: number): Promise<Found> {
  const survey = await surveyEnvelopes(reader, from);
  const open = new Map<string, { index: number; payload: Buffer }>();
  const sessions: IndexedRecord[] = [];
  const held = new Map<string, readonly string[]>();
  for (const window of survey.windows) {
    const end = Math.min(window + WINDOW, reader.size);
    for await (const { index, envelope, payload } of reader.entries(Math.max(window, from), end)) {
      if (payload === undefined) continue;
      if (envelope.t === "session.started") sessions.push(parseRecord(index, payload));
      if (isAboutHold(envelope.t)) noteHold(held, parseRecord(index, payload));
      const step = survey.uneven.has(envelope.ses ?? "") ? actionStep(envelope.t) : undefined;
      // What somebody else began or ended, by their own word, is nothing that a start could know more about.
      if (step !== undefined && isReportable(envelope.t) && isReported(index, payload)) continue;
      if (step === "opens") open.set(actionOf(index, payload), { index, payload });
      else if (step === "closes") open.delete(actionOf(index, payload));
    }
  }
  return {
    ended: survey.ended,
    open: [...open.values()].map(({ index, payload }) => parseRecord(index, payload)),
    sessions,
    waiting: new Set([...held.values()].flat()),
  };
}

function isAboutHold(type: string): boolean {
  return type === "approval.requested" || type === "approval.consumed";
}

/** Nothing of a hold runs before its approval is used up, and that is on record first. */
function noteHold(held: Map<string, readonly string[]>, { approval, details, type }: IndexedRecord): void {
  if (approval === undefined) return;
  if (type === "approval.requested") held.set(approval.id, (details?.["actions"] ?? []) as readonly string[]);
  else held.delete(approval.id);
}

const ACTION = '{"action":"';
const UUID_LENGTH = 36;

/** The action stands first in a canonical record, so nearly none has to be parsed. */
function actionOf(index: number, payload: Buffer): string {
  const end = ACTION.length + UUID_LENGTH;
  const head = payload.toString("latin1", 0, end + 1);
  const isAtItsPlace = head.startsWith(ACTION) && head.endsWith('"');
  return isAtItsPlace ? head.slice(ACTION.length, end) : parseRecord(index, payload).action;
}

function isReported(index: number, payload: Buffer): boolean {
  return parseRecord(index, payload).source.vantage === "reported";
}

/** The types of records that are opened whatever their sessions come out at. */
const ALWAYS_READ: ReadonlySet<string> = new Set([
  "session.started",
  "approval.requested",
  "approval.consumed",
]);

/** Which sessions may have something open, and which windows hold entries that must be opened. */
async function surveyEnvelopes(
  reader: LedgerReader,
  from: number,
): Promise<{ ended: ReadonlySet<string>; uneven: ReadonlySet<string>; windows: readonly number[] }> {
  const ended = new Set<string>();
  const balances = new Map<string, { readonly balance: number; readonly ses: string }>();
  const windowsOf = new Map<string, Set<number>>();
  for await (const { i, t, ses = "", src } of reader.envelopes(from)) {
    const step = actionStep(t);
    if (t === "session.ended") ended.add(ses);
    if (step === undefined && t !== "session.started" && !isAboutHold(t)) continue;
    const key = step === undefined ? t : ses;
    const window = i - (i % WINDOW);
    const windows = windowsOf.get(key);
    if (windows === undefined) windowsOf.set(key, new Set([window]));
    else windows.add(window);
    if (step === undefined) continue;
    // Each source for itself: an end that somebody reports must not make up for one that is missing.
    const own = JSON.stringify([ses, src]);
    balances.set(own, { balance: (balances.get(own)?.balance ?? 0) + (step === "opens" ? 1 : -1), ses });
  }
  // When requests may stand before `from`, a final record too many can hide a request that has none.
  const uneven = new Set(
    [...balances.values()].filter(({ balance }) => from > 0 || balance !== 0).map(({ ses }) => ses),
  );
  const windows = new Set(
    [...windowsOf].flatMap(([key, each]) => (ALWAYS_READ.has(key) || uneven.has(key) ? [...each] : [])),
  );
  return { ended, uneven, windows: [...windows].sort((left, right) => left - right) };
}

import { actionStep } from "@custody/domain";
import type { LedgerReader } from "@custody/ledger";
import { CliError } from "../error.ts";
import { type IndexedRecord, parseRecord } from "./indexed-record.ts";

const WINDOW = 256;

/** How far the clock of a record may lie before that of its id; and how far it does, unless a clock was set. */
const CLOCK_SLACK_MS = 86_400_000;
const USUAL_SLACK_MS = 60_000;

/**
 * All records of one action, oldest first. `id` is the action's, or that of one of its records, or an index.
 *
 * @throws CliError NOT_FOUND, USAGE
 */
export async function findAction(reader: LedgerReader, id: string): Promise<IndexedRecord[]> {
  const isIndex = /^\d{1,15}$/.test(id);
  if (!isIndex && !/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(id))
    throw new CliError("USAGE", `${id} is no id`, "give the id of an action or a record, or an index");
  if (isIndex) return recordsOf(reader, await recordAt(reader, Number(id)));
  const wanted = id.toLowerCase();
  const near = await firstWindow(reader, madeMs(wanted) - USUAL_SLACK_MS);
  const far = await firstWindow(reader, madeMs(wanted) - CLOCK_SLACK_MS);
  for (const [start, end] of [[near, reader.size] as const, [far, near] as const])
    for await (const record of recordsNaming(reader, wanted, start, end))
      if (record.action === wanted || record.id === wanted) return recordsOf(reader, record);
  throw notFound(id);
}

/** The start of a session is recorded as soon as it has an id. */
const SESSION_ENTRIES_MAX = 16_384;

/** Whether an id is that of a session: whether entries that follow its making are of it. Nothing is decrypted for that. */
export async function isSessionId(reader: LedgerReader, id: string): Promise<boolean> {
  const wanted = id.toLowerCase();
  if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(wanted)) return false;
  const reference = reader.reference("session", wanted);
  const start = await firstWindow(reader, madeMs(wanted) - USUAL_SLACK_MS);
  const end = Math.min(start + SESSION_ENTRIES_MAX, reader.size);
  for await (const { ses } of reader.envelopes(start, end)) if (ses === reference) return true;
  return false;
}

/** The record that stands for an action: its final one, else the last. */
export function principalOf(records: readonly IndexedRecord[]): IndexedRecord {
  const final = records.find(({ type }) => actionStep(type) === "closes");
  return final ?? (records.at(-1) as IndexedRecord);
}

async function recordAt(reader: LedgerReader, index: number): Promise<IndexedRecord> {
  if (index >= reader.size) throw notFound(String(index));
  const { payload } = await reader.entry(index);
  if (payload === undefined)
    throw new CliError(
      "NOT_FOUND",
      `record ${index} was destroyed by a recorded order`,
      "its place in the log can still be proved: custody prove; `custody log --type key.shred-ordered` has the orders",
    );
  return parseRecord(index, payload);
}

/** All records of the action that `one` belongs to. They share its session, so others need not be decrypted. */
async function recordsOf(reader: LedgerReader, one: IndexedRecord): Promise<IndexedRecord[]> {
  const session = one.session === undefined ? undefined : reader.reference("session", one.session);
  const found: IndexedRecord[] = [];
  const start = await firstWindow(reader, madeMs(one.action) - CLOCK_SLACK_MS);
  for await (const record of recordsNaming(reader, one.action, start, reader.size, session))
    if (record.action === one.action) found.push(record);
  return found;
}

/** Records from `from` on that contain the id, oldest first; of one session when its reference is given. */
async function* recordsNaming(
  reader: LedgerReader,
  id: string,
  from: number,
  to: number,
  session?: string,
): AsyncGenerator<IndexedRecord, void, undefined> {
  for (let start = from; start < to; start += WINDOW) {
    const end = Math.min(start + WINDOW, to);
    const wanted = session === undefined ? undefined : await indexesOf(reader, session, start, end);
    if (wanted?.length === 0) continue;
    const [first, behind] =
      wanted === undefined ? [start, end] : [wanted[0] as number, (wanted.at(-1) as number) + 1];
    for await (const { index, payload } of reader.entries(first, behind))
      if (payload?.includes(id)) yield parseRecord(index, payload);
  }
}

async function indexesOf(
  reader: LedgerReader,
  session: string,
  start: number,
  end: number,
): Promise<number[]> {
  const found: number[] = [];
  for await (const { i, ses } of reader.envelopes(start, end)) if (ses === session) found.push(i);
  return found;
}

/** A UUIDv7 says when it was made; of any other id nothing is known. */
function madeMs(id: string): number {
  return id[14] === "7" ? Number.parseInt(id.replace("-", "").slice(0, 12), 16) : 0;
}

/**
 * A window before which nothing is as late as `timeMs`, found by halving: windows are in the order of time, except
 * where a clock was set back, for which the caller leaves room.
 */
async function firstWindow(reader: LedgerReader, timeMs: number): Promise<number> {
  let low = 0;
  let high = Math.ceil(reader.size / WINDOW);
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if ((await beginningMs(reader, middle * WINDOW)) < timeMs) low = middle + 1;
    else high = middle;
  }
  return Math.max(0, low - 1) * WINDOW;
}

async function beginningMs(reader: LedgerReader, index: number): Promise<number> {
  for await (const { ts } of reader.envelopes(index, index + 1)) return ts;
  return 0;
}

function notFound(id: string): CliError {
  return new CliError("NOT_FOUND", `the ledger has no record ${id}`, "look for it with `custody log`");
}

import type { LedgerReader } from "@custody/ledger";
import { CliError } from "../error.ts";
import { actionStep } from "../recorder/open-actions.ts";
import { type IndexedRecord, parseRecord } from "./indexed-record.ts";

const WINDOW = 256;

/** How far the clock of a record may lie before that of its id. */
const CLOCK_SLACK_MS = 86_400_000;

/**
 * All records of one action, oldest first. `id` is the action's, or that of one of its records, or an index.
 *
 * @throws CliError NOT_FOUND, USAGE
 */
export async function findAction(reader: LedgerReader, id: string): Promise<IndexedRecord[]> {
  const isIndex = /^\d{1,15}$/.test(id);
  if (!isIndex && !/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(id))
    throw new CliError("USAGE", `${id} is no id`, "give the id of an action or a record, or an index");
  const wanted = isIndex ? (await recordAt(reader, Number(id))).action : id.toLowerCase();
  const records = await recordsNaming(reader, wanted);
  const own = records.filter(({ action }) => action === wanted);
  if (own.length > 0) return own;
  const named = records.find((record) => record.id === wanted);
  if (named === undefined) throw notFound(id);
  return (await recordsNaming(reader, named.action)).filter(({ action }) => action === named.action);
}

/** The record that stands for an action: its final one, else the last. */
export function principalOf(records: readonly IndexedRecord[]): IndexedRecord {
  const final = records.find(({ type }) => actionStep(type) === "closes");
  return final ?? (records.at(-1) as IndexedRecord);
}

async function recordAt(reader: LedgerReader, index: number): Promise<IndexedRecord> {
  if (index >= reader.size) throw notFound(String(index));
  const { payload } = await reader.entry(index);
  return parseRecord(index, payload);
}

/** Records that contain the id. It says when it was made, so older bundles need not be opened. */
async function recordsNaming(reader: LedgerReader, id: string): Promise<IndexedRecord[]> {
  const madeMs = id[14] === "7" ? Number.parseInt(id.replace("-", "").slice(0, 12), 16) : 0;
  const records: IndexedRecord[] = [];
  for (let start = 0; start < reader.size; start += WINDOW) {
    const end = Math.min(start + WINDOW, reader.size);
    if (!(await isAsLateAs(reader, start, end, madeMs - CLOCK_SLACK_MS))) continue;
    for await (const { index, payload } of reader.entries(start, end)) {
      if (payload.includes(id)) records.push(parseRecord(index, payload));
    }
  }
  return records;
}

async function isAsLateAs(
  reader: LedgerReader,
  start: number,
  end: number,
  timeMs: number,
): Promise<boolean> {
  for await (const { ts } of reader.envelopes(start, end)) if (ts >= timeMs) return true;
  return false;
}

function notFound(id: string): CliError {
  return new CliError("NOT_FOUND", `the ledger has no record ${id}`, "look for it with `custody log`");
}

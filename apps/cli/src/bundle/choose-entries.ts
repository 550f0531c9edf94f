import type { AuditRecord } from "@custody/domain";
import { readRecord } from "@custody/evidence";
import type { LedgerReader } from "@custody/ledger";
import { CliError } from "../error.ts";

const PROGRESS_EVERY = 10_000;

const ANSWERS = ["approval.agreed", "approval.granted", "approval.refused"];

const ERASURES = ["key.shred-ordered", "key.shred-completed"];

/**
 * The entries that evidence of a session consists of, in their order: everything that belongs to it, which begins with the
 * record by which it was opened; the rules that were in force at any time meanwhile; the keys with which people have signed
 * answers to it; and orders to destroy some of it.
 * Records of other sessions, and what Custody recorded about itself, are nobody's business here.
 *
 * @throws CliError NOT_FOUND
 */
export async function chooseEntries(
  reader: LedgerReader,
  session: string,
  onProgress: (index: number) => void,
): Promise<number[]> {
  const reference = reader.reference("session", session);
  const chosen: number[] = [];
  const erasures: number[] = [];
  const answers: number[] = [];
  const keys = new Set<string>();
  let policies: number[] = [];
  for await (const { i, k, ses, t } of reader.envelopes()) {
    if (t === "policy.loaded") policies = chosen.length === 0 ? [i] : [...policies, i];
    if (ERASURES.includes(t)) erasures.push(i);
    if (ses === reference) {
      // Rules that were loaded after its last record had no part in it.
      chosen.push(...policies, i);
      if (ANSWERS.includes(t)) answers.push(i);
      policies = [];
      keys.add(k);
    }
    if (i % PROGRESS_EVERY === 0) onProgress(i);
  }
  if (chosen.length === 0)
    throw new CliError("NOT_FOUND", `the ledger has no record of session ${session}`, "see `custody log`");
  const others = [...(await erasuresOf(reader, erasures, keys)), ...(await keysOf(reader, answers))];
  return [...chosen, ...others].sort((a, b) => a - b);
}

/** The records by which the keys were enrolled and confirmed that have signed answers. */
async function keysOf(reader: LedgerReader, answers: readonly number[]): Promise<number[]> {
  const found = new Set<number>();
  for await (const { payload } of reader.entriesAt(answers)) {
    const details = (payload && readRecord(payload))?.details ?? {};
    for (const name of ["enrolment", "confirmation"])
      if (typeof details[name] === "number") found.add(details[name]);
  }
  return [...found];
}

/** Orders that name one of these keys, and the records by which they were carried out. */
async function erasuresOf(
  reader: LedgerReader,
  candidates: readonly number[],
  keys: ReadonlySet<string>,
): Promise<number[]> {
  const found = new Set<number>();
  for await (const { index, payload } of reader.entriesAt(candidates)) {
    const record = payload && readRecord(payload);
    if (record !== undefined && isAbout(record, keys, found)) found.add(index);
  }
  return [...found];
}

function isAbout(
  { details, type }: AuditRecord,
  keys: ReadonlySet<string>,
  orders: ReadonlySet<number>,
): boolean {
  if (type === "key.shred-completed") return orders.has(details?.["order"] as number);
  const named: unknown = details?.["keys"];
  return Array.isArray(named) && named.some((key) => keys.has(key));
}

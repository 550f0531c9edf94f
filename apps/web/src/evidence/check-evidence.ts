import { type CheckedRecord, EvidenceChecker, type EvidenceReport } from "@custody/evidence";
import { LedgerError, parseVerifierKey, type VerifierKey } from "@custody/ledger/verifier";
import { pagePrimitives } from "./page-primitives.ts";
import type { PageData } from "./read-data.ts";

export interface CheckedEvidence {
  readonly report: EvidenceReport;
  readonly records: readonly (CheckedRecord | undefined)[];
}

/** How many records are checked before the browser may draw, and be asked for something else. */
const AT_ONCE = 100;

/** Checks everything in the page with this key; undefined when that is no key. */
export async function checkEvidence(
  { checkpoint, lastLine, lines, manifest, witnessed }: PageData,
  key: string,
  onProgress: (done: number) => void,
): Promise<CheckedEvidence | undefined> {
  const verifierKey = await readKey(key);
  if (verifierKey === undefined) return undefined;
  const isPart = lines.length / 2 < manifest.records;
  const evidence = { checkpoint, isPart, manifest, verifierKey, ...(witnessed && { witnessed }) };
  const checker = new EvidenceChecker(evidence, pagePrimitives);
  const records: (CheckedRecord | undefined)[] = [];
  for (let at = 0; at < lines.length; at += 2) {
    records.push(await checker.add(lines[at] as string, lines[at + 1]));
    if (records.length % AT_ONCE === 0) {
      onProgress(records.length);
      await new Promise((resolve) => setTimeout(resolve));
    }
  }
  await checker.add(lastLine, undefined);
  return { records, report: await checker.finish() };
}

async function readKey(text: string): Promise<VerifierKey | undefined> {
  try {
    return await parseVerifierKey(text.trim(), pagePrimitives);
  } catch (error) {
    if (error instanceof LedgerError) return undefined;
    throw error;
  }
}

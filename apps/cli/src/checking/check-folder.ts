import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import {
  EvidenceChecker,
  type EvidenceReport,
  type Finding,
  folderNames,
  type Manifest,
  parseManifest,
  type Witnessed,
} from "@custody/evidence";
import { nodePrimitives } from "@custody/ledger";
import type { VerifierKey } from "@custody/ledger/verifier";
import { readLines } from "./read-lines.ts";
import { unusableFolder } from "./unusable-folder.ts";

/** Everything but the records: a folder's small files are this small, or are none of ours. */
const SMALL_FILE_BYTES_MAX = 4 * 1024 * 1024;
const PROGRESS_EVERY = 1000;

export interface CheckedFolder {
  readonly manifest: Manifest;
  readonly report: EvidenceReport;
}

/** Checks an evidence folder, holding one record at a time. @throws CliError FILE_UNUSABLE when it is none */
export async function checkFolder(
  path: string,
  verifierKey: VerifierKey,
  onProgress: (done: number, count: number) => void,
): Promise<CheckedFolder> {
  const manifest = parseManifest(smallFile(path, folderNames.manifest));
  if (manifest === undefined)
    throw unusableFolder(`${join(path, folderNames.manifest)} does not say what is in the folder`);
  const checkpoint = smallFile(path, folderNames.checkpoint);
  const witnessed = readWitnessed(path);
  const evidence = { checkpoint, manifest, verifierKey, ...(witnessed && { witnessed }) };
  const checker = new EvidenceChecker(evidence, nodePrimitives);
  const records = readLines(join(path, folderNames.records));
  let done = 0;
  for await (const receipt of readLines(join(path, folderNames.receipts))) {
    const record = await records.next();
    await checker.add(receipt, record.done === true ? undefined : record.value);
    done += 1;
    if (done % PROGRESS_EVERY === 0) onProgress(done, manifest.records);
  }
  for await (const _ of records) checker.addStray();
  return { manifest, report: await checker.finish() };
}

/** The key that came with a folder. Whoever made the folder chose it. */
export function folderKey(path: string): string {
  return smallFile(path, folderNames.verifier);
}

/** The file that a finding is about. */
export function findingFile({ code }: Finding): string {
  if (code === "CHECKPOINT_UNVERIFIED") return folderNames.checkpoint;
  if (code === "COUNT_DIFFERS") return folderNames.manifest;
  if (code === "WITNESSED_CONTRADICTS") return join(folderNames.outside, folderNames.witnessed);
  return code.startsWith("RECORD_") ? folderNames.records : folderNames.receipts;
}

function readWitnessed(path: string): Witnessed | undefined {
  const name = join(folderNames.outside, folderNames.witnessed);
  if (!isThere(path, name) || !isThere(path, folderNames.consistency)) return undefined;
  return { consistency: smallFile(path, folderNames.consistency), note: smallFile(path, name) };
}

function isThere(path: string, name: string): boolean {
  return statSync(join(path, name), { throwIfNoEntry: false }) !== undefined;
}

function smallFile(path: string, name: string): string {
  const file = join(path, name);
  let size: number;
  try {
    size = statSync(file).size;
    if (size <= SMALL_FILE_BYTES_MAX) return readFileSync(file, "utf8");
  } catch (cause) {
    throw unusableFolder(`${file} cannot be read`, cause);
  }
  throw unusableFolder(`${file} has ${size} bytes, more than such a file can have`);
}

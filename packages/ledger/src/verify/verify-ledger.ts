import { LedgerError } from "../error.ts";
import { RingFile } from "../keys/ring-file.ts";
import { isDestroyed } from "../keys/ring-row.ts";
import type { KeyOptions } from "../keys/unlock.ts";
import { existingFormat, loadKeys } from "../reader/reader-keys.ts";
import { type Disk, nodeDisk } from "../store/disk.ts";
import type { Format } from "../store/format.ts";
import { type Layout, layoutOf } from "../store/layout.ts";
import { parseVerifierKey, type VerifierKey } from "../verifier/verifier-key.ts";
import { nodePrimitives } from "../verifier-node.ts";
import type { LedgerKeys } from "../writer/open-keys.ts";
import { BlobChecker, type ListBlobs } from "./blob-checker.ts";
import { type Claim, openClaim } from "./claims.ts";
import { type Finding, Findings } from "./finding.ts";
import { checkPacks } from "./pack-checker.ts";
import { checkPastVerifiers } from "./past-verifiers.ts";
import type { InspectPayload } from "./payload-checker.ts";
import { type RecordedErasure, Shredded } from "./shredded.ts";
import { checkRecovered } from "./small-files.ts";
import { stays } from "./stays.ts";
import { StoreChecker } from "./store-checker.ts";

export interface VerifyOptions extends KeyOptions {
  readonly directory: string;
  /** An older checkpoint, kept elsewhere: the ledger must still begin with the tree that it covers. */
  readonly checkpoint?: string;
  /** Further checkpoints of this ledger, each with the name that a finding about it has. */
  readonly kept?: readonly KeptCheckpoint[];
  /** A verifier key kept elsewhere; default: the one in the directory. */
  readonly verifierKey?: string;
  readonly inspect?: InspectPayload;
  /** With it, and the master key, each blob that a record names is read and checked. */
  readonly listBlobs?: ListBlobs;
  readonly disk?: Disk;
  /** Told from time to time how many entries are checked. */
  readonly onProgress?: (checked: number, size: number) => void;
}

export interface KeptCheckpoint {
  readonly file: string;
  readonly note: string | Buffer;
}

export interface VerifyReport {
  readonly ok: boolean;
  /** Entries checked, those in the write-ahead file included. */
  readonly size: number;
  /** Root of all checked entries, in base64. */
  readonly root: string;
  /** Entries whose payload was destroyed by a recorded order. Without the master key: by what looks like one. */
  readonly shredded: number;
  /** The orders, in the order of their records; none without the master key, because they are encrypted. */
  readonly erasures: readonly RecordedErasure[];
  /** False when there was no master key: then payloads were not opened. */
  readonly decrypted: boolean;
  readonly findings: readonly Finding[];
}

/**
 * Checks a whole ledger without its lock and without trusting anything in it but the verifier key: signatures, tree,
 * chain, tiles, bundles, blocks, key ring, write-ahead file, and any older checkpoint.
 *
 * @throws LedgerError when the directory is no ledger, is newer, or the master key given is not its own.
 */
export async function verifyLedger(options: VerifyOptions): Promise<VerifyReport> {
  const disk = options.disk ?? nodeDisk;
  const layout = layoutOf(options.directory);
  const format = await existingFormat(disk, layout);
  const findings = new Findings();
  const keys = await openRing(disk, layout, format, options, findings);
  const claims = await collectClaims(options, disk, layout, format, keys, findings);
  const shredded = new Shredded();
  const destroyed = keys ? new Set<string>() : await destroyedKeys(disk, layout, findings);
  const place = { disk, directory: layout.blobs, ledgerId: format.id };
  const blobs =
    keys &&
    options.listBlobs &&
    new BlobChecker({ place, ring: keys.ring, findings, list: options.listBlobs });
  const store = new StoreChecker({
    shredded,
    isDestroyed: (id) => destroyed.has(id),
    disk,
    layout,
    ledgerId: format.id,
    keys,
    findings,
    claims,
    inspect: options.inspect,
    blobs,
    onProgress: options.onProgress,
  });
  const { size, root } = await store.check();
  await checkPacks(disk, layout, findings);
  await checkRecovered(disk, layout, findings);
  const shreddedCount = keys ? shredded.settle(findings) : shredded.settleWithoutKeys(findings);
  const { list } = findings;
  return {
    ok: list.length === 0,
    size,
    root: root.toString("base64"),
    shredded: shreddedCount,
    erasures: keys ? shredded.erasures((id) => keys.ring.has(id)) : [],
    decrypted: keys !== undefined,
    findings: list,
  };
}

/** What the ring says to whoever cannot open it. */
async function destroyedKeys(disk: Disk, layout: Layout, findings: Findings): Promise<ReadonlySet<string>> {
  const file = new RingFile(disk, layout.keyRing);
  try {
    const bytes = await file.read();
    return new Set(
      bytes &&
        file
          .take(bytes)
          .filter(isDestroyed)
          .map(({ id }) => id),
    );
  } catch (error) {
    findings.add("KEY_RING_DAMAGED", "keys/ring", (error as Error).message);
    return new Set();
  }
}

/** The key ring with every row opened, so that no byte of it goes unchecked. */
async function openRing(
  disk: Disk,
  layout: Layout,
  format: Format,
  options: KeyOptions,
  findings: Findings,
): Promise<LedgerKeys | undefined> {
  try {
    const keys = await loadKeys(disk, layout, format, options);
    if (keys === undefined) return undefined;
    if (await isTorn(disk, layout.keyRing))
      findings.add("KEY_RING_DAMAGED", "keys/ring", "it ends in the middle of a row");
    for (const { id } of keys.ring.rows()) {
      if (!keys.ring.has(id)) continue;
      try {
        keys.ring.secret(id);
      } catch (error) {
        findings.add("KEY_RING_DAMAGED", "keys/ring", (error as Error).message);
      }
    }
    return keys;
  } catch (error) {
    if (!(error instanceof LedgerError) || error.code !== "KEY_RING_DAMAGED") throw error;
    findings.add("KEY_RING_DAMAGED", "keys/ring", error.message);
    return undefined;
  }
}

/** Whether the last row is cut off. */
function isTorn(disk: Disk, path: string): Promise<boolean> {
  return stays(async () => {
    const bytes = await disk.read(path);
    return bytes?.at(-1) !== 0x0a || bytes.includes(0);
  });
}

async function collectClaims(
  options: VerifyOptions,
  disk: Disk,
  layout: Layout,
  format: Format,
  keys: LedgerKeys | undefined,
  findings: Findings,
): Promise<Claim[]> {
  const key = await findVerifierKey(options, disk, layout, format, keys, findings);
  // The published one first: a writer signs and stores a newer one before it publishes it.
  const published = await disk.read(layout.checkpoint);
  const signed = await disk.read(layout.signed);
  const isMissing = async () => (await disk.read(layout.checkpoint)) === undefined;
  if (signed !== undefined && (await stays(isMissing)))
    findings.add("CHECKPOINT_INVALID", "checkpoint", "it is missing, although one was signed");
  const own = key ? [key] : [];
  // A checkpoint that was kept elsewhere may be older than a change of the origin.
  const ever = [...own, ...(await checkPastVerifiers(disk, layout, keys, findings))];
  const notes: (readonly [string, Buffer | string | undefined, readonly VerifierKey[]])[] = [
    ["checkpoint", published, own],
    [".state/signed", signed, own],
    ["the given checkpoint", options.checkpoint, ever],
    ...(options.kept ?? []).map(({ file, note }) => [file, note, ever] as const),
  ];
  const claims: Claim[] = [];
  for (const [file, note, by] of notes) {
    const claim =
      note === undefined || key === undefined ? undefined : await openClaim(note, file, by, findings);
    if (claim) claims.push(claim);
  }
  return claims;
}

async function findVerifierKey(
  options: VerifyOptions,
  disk: Disk,
  layout: Layout,
  format: Format,
  keys: LedgerKeys | undefined,
  findings: Findings,
): Promise<VerifierKey | undefined> {
  const stored = (await disk.read(layout.verifier))?.toString("utf8");
  const text = options.verifierKey ?? keys?.signer.verifierKey ?? stored?.trimEnd() ?? "";
  if (stored !== `${text}\n`)
    findings.add("FILE_DAMAGED", "keys/verifier", "it is not the key that this ledger signs with");
  try {
    const key = await parseVerifierKey(text, nodePrimitives);
    if (key.name !== format.origin)
      findings.add("FILE_DAMAGED", ".state/ledger.json", `its origin is not the key's name, ${key.name}`);
    return key;
  } catch (error) {
    findings.add("FILE_DAMAGED", "keys/verifier", (error as Error).message);
    return undefined;
  }
}

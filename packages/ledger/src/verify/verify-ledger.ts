import { LedgerError } from "../error.ts";
import type { MasterKey } from "../keys/master-key.ts";
import { unwrapRow } from "../keys/ring-row.ts";
import { existingFormat, findMasterKey, loadKeys } from "../reader/reader-keys.ts";
import { type Disk, nodeDisk } from "../store/disk.ts";
import type { Format } from "../store/format.ts";
import { type Layout, layoutOf } from "../store/layout.ts";
import { readTreeState, type TreeState } from "../store/tree-state.ts";
import { parseVerifierKey, type VerifierKey } from "../verifier/verifier-key.ts";
import { nodePrimitives } from "../verifier-node.ts";
import { splitEntries } from "../wal/frame.ts";
import type { LedgerKeys } from "../writer/open-keys.ts";
import { type Claim, openClaim } from "./claims.ts";
import { EntryChecker } from "./entry-checker.ts";
import { type Finding, Findings } from "./finding.ts";
import { type InspectPayload, PayloadChecker } from "./payload-checker.ts";
import { TreeChecker } from "./tree-checker.ts";
import { checkWal } from "./wal-checker.ts";

export interface VerifyOptions {
  readonly directory: string;
  readonly masterKey?: MasterKey;
  readonly masterKeyFile?: string;
  /** An older checkpoint, kept elsewhere: the ledger must still begin with the tree that it covers. */
  readonly checkpoint?: string;
  /** A verifier key kept elsewhere; default: the one in the directory. */
  readonly verifierKey?: string;
  readonly inspect?: InspectPayload;
  readonly disk?: Disk;
  /** Told from time to time how many entries are checked. */
  readonly onProgress?: (checked: number, size: number) => void;
}

export interface VerifyReport {
  readonly ok: boolean;
  /** Entries checked, those in the write-ahead file included. */
  readonly size: number;
  /** Root of all checked entries, in base64. */
  readonly root: string;
  /** Entries whose payload was destroyed by a recorded order. */
  readonly shredded: number;
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
  const master = await findMasterKey(disk, layout, options.masterKey, options.masterKeyFile);
  const keys = master && (await openRing(disk, layout, format, master, findings));
  const claims = await collectClaims(options, disk, layout, format, keys, findings);
  const entries = new EntryChecker(findings);
  const payloads = new PayloadChecker({
    ring: keys?.ring,
    ledgerId: format.id,
    findings,
    inspect: options.inspect,
  });
  const tree = new TreeChecker({ disk, root: layout.root, findings, entries, payloads, claims });
  await checkStored(disk, layout, format, keys, findings, tree, entries, payloads, options.onProgress);
  tree.finish();
  const { list } = findings;
  return {
    ok: list.length === 0,
    size: tree.size,
    root: tree.root().toString("base64"),
    shredded: 0,
    decrypted: keys !== undefined,
    findings: list,
  };
}

/** The key ring with every row opened, so that no byte of it goes unchecked. */
async function openRing(
  disk: Disk,
  layout: Layout,
  format: Format,
  master: MasterKey,
  findings: Findings,
): Promise<LedgerKeys | undefined> {
  try {
    const keys = await loadKeys(disk, layout, format, master);
    const bytes = (await disk.read(layout.keyRing)) as Buffer;
    if (bytes.at(-1) !== 0x0a)
      findings.add("KEY_RING_DAMAGED", "keys/ring", "it ends in the middle of a row");
    for (const row of keys.ring.rows()) {
      try {
        unwrapRow(master, format.id, row);
      } catch {
        findings.add("KEY_RING_DAMAGED", "keys/ring", `the row of key ${row.id} was changed`);
      }
    }
    return keys;
  } catch (error) {
    if (!(error instanceof LedgerError)) throw error;
    // The first row cannot be opened: the key is wrong for all of them, unless the ring was changed.
    findings.add("KEY_RING_DAMAGED", "keys/ring", `${error.message}; or this is not the ledger's master key`);
    return undefined;
  }
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
  if (key === undefined) return [];
  const notes: [string, Buffer | string | undefined][] = [
    // The published one first: a writer signs and stores a newer one before it publishes it.
    ["checkpoint", await disk.read(layout.checkpoint)],
    [".state/signed", await disk.read(layout.signed)],
    ["the given checkpoint", options.checkpoint],
  ];
  const claims: Claim[] = [];
  for (const [file, note] of notes) {
    const claim = note === undefined ? undefined : await openClaim(note, file, key, findings);
    if (claim) claims.push(claim);
  }
  if (notes[0]?.[1] === undefined && notes[1]?.[1] !== undefined) {
    findings.add("CHECKPOINT_INVALID", "checkpoint", "it is missing, although one was signed");
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

/** Checks the tree and then the write-ahead file behind it, following a writer that moves entries from one to the other. */
async function checkStored(
  disk: Disk,
  layout: Layout,
  format: Format,
  keys: LedgerKeys | undefined,
  findings: Findings,
  tree: TreeChecker,
  entries: EntryChecker,
  payloads: PayloadChecker,
  onProgress: VerifyOptions["onProgress"],
): Promise<void> {
  for (;;) {
    const state = await readState(disk, layout, findings);
    const size = state?.size ?? 0;
    if (!(await tree.advance(size, state?.payloadBytes ?? 0))) return;
    onProgress?.(tree.size, size);
    if (state && tree.size === size && !tree.root().equals(state.root))
      findings.add("FILE_DAMAGED", ".state/tree", "its root is not the root of the entries");
    const scan = await checkWal(disk, layout, format.id, keys?.frameKey, findings);
    const frames = (scan?.frames ?? [])
      .map(({ frame }) => frame)
      .filter((frame) => frame.firstIndex + frame.count > tree.size);
    const moved = frames[0] !== undefined && frames[0].firstIndex > tree.size;
    if (moved && (await readState(disk, layout, findings))?.size !== size) continue;
    await tree.checkEdge();
    if (moved) findings.add("WAL_DAMAGED", ".state/wal", "frames are missing before its first", tree.size);
    else for (const frame of frames) checkFrame(frame.entries, Buffer.concat(frame.blocks), frame.firstIndex);
    return;
  }

  function checkFrame(bytes: Buffer, blocks: Buffer, firstIndex: number): void {
    const file = ".state/wal";
    const split = splitEntries(bytes);
    if (split === undefined || firstIndex !== tree.size) {
      findings.add("WAL_DAMAGED", file, "a frame's entries cannot be told apart", firstIndex);
      return;
    }
    const envelopes = split.map((entry) => {
      const envelope = entries.check(entry, file);
      tree.append(Buffer.from(entries.lastLeaf, "base64"));
      return envelope;
    });
    payloads.check(blocks, envelopes, file);
  }
}

async function readState(disk: Disk, layout: Layout, findings: Findings): Promise<TreeState | undefined> {
  try {
    return await readTreeState(disk, layout.tree);
  } catch (error) {
    findings.add("FILE_DAMAGED", ".state/tree", (error as Error).message);
    return undefined;
  }
}

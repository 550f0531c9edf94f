import { digestBytes } from "../merkle/digest.ts";
import type { Disk } from "../store/disk.ts";
import type { Layout } from "../store/layout.ts";
import { readTreeState, type TreeState } from "../store/tree-state.ts";
import { entryEnds } from "../wal/frame.ts";
import type { WalScan } from "../wal/scan.ts";
import { SEGMENT_HEADER_BYTES } from "../wal/segment.ts";
import type { LedgerKeys } from "../writer/open-keys.ts";
import type { BlobChecker } from "./blob-checker.ts";
import type { Claim } from "./claims.ts";
import { EntryChecker } from "./entry-checker.ts";
import type { Findings } from "./finding.ts";
import { type InspectPayload, PayloadChecker } from "./payload-checker.ts";
import type { Shredded } from "./shredded.ts";
import { checkEpoch } from "./small-files.ts";
import { stays } from "./stays.ts";
import { listStoredFiles, type StoredFiles } from "./stored-files.ts";
import { TreeChecker } from "./tree-checker.ts";
import { checkWal } from "./wal-checker.ts";

export interface StoreCheckerParts {
  readonly disk: Disk;
  readonly layout: Layout;
  readonly ledgerId: Buffer;
  readonly keys: LedgerKeys | undefined;
  readonly findings: Findings;
  readonly claims: readonly Claim[];
  readonly inspect: InspectPayload | undefined;
  readonly isDestroyed: (keyId: string) => boolean;
  readonly shredded: Shredded;
  readonly blobs: BlobChecker | undefined;
  readonly onProgress: ((checked: number, size: number) => void) | undefined;
}

/** How far the tree goes, by its state file; or by the largest checkpoint when that file cannot be read. */
type Extent = Pick<TreeState, "size" | "wal"> & Partial<TreeState>;

/**
 * Checks the tree and then the write-ahead file behind it, also under a writer that moves entries from one to the
 * other meanwhile.
 */
export class StoreChecker {
  readonly #parts: StoreCheckerParts;
  readonly #entries: EntryChecker;
  readonly #payloads: PayloadChecker;
  #isStateDamaged = false;

  constructor(parts: StoreCheckerParts) {
    const { blobs, findings, inspect, isDestroyed, keys, ledgerId, shredded } = parts;
    this.#parts = parts;
    this.#entries = new EntryChecker(findings);
    const ring = keys?.ring;
    this.#payloads = new PayloadChecker({ ring, ledgerId, findings, inspect, isDestroyed, shredded, blobs });
  }

  async check(): Promise<{ size: number; root: Buffer }> {
    const { disk, layout, findings, claims, blobs } = this.#parts;
    const extent = await this.#extent();
    const files = await listStoredFiles(disk, layout.root, extent.size, findings);
    const tree = new TreeChecker({
      disk,
      root: layout.root,
      findings,
      entries: this.#entries,
      payloads: this.#payloads,
      blobs,
      claims,
      files,
    });
    const isWhole = await this.#checkAll(tree, extent);
    await blobs?.checkNoted();
    tree.finish();
    if (isWhole) this.#checkBeyond(files, tree.size);
    if (tree.size > 0) await checkEpoch(disk, layout, this.#entries.epoch, findings);
    return { size: tree.size, root: tree.root() };
  }

  /** False when not everything could be followed to its end. */
  async #checkAll(tree: TreeChecker, first: Extent): Promise<boolean> {
    const { disk, layout, ledgerId, keys, findings } = this.#parts;
    for (let extent = first; ; extent = await this.#extent()) {
      const { size, wal } = extent;
      await this.#followRing();
      if (!(await tree.advance(size, extent.payloadBytes))) return false;
      this.#parts.onProgress?.(tree.size, size);
      if (tree.size === size) this.#checkState(tree, extent);
      // From the beginning of its segment: also what is integrated must be what it was.
      const start = { segment: wal.segment, offset: SEGMENT_HEADER_BYTES, size: undefined };
      const scan = await checkWal(disk, layout, ledgerId, keys?.frameKey, start, findings);
      // A writer may have integrated and freed what we looked for.
      if (firstIndexBehind(scan, tree.size) > tree.size && (await this.#extent()).size !== size) continue;
      await this.#followRing();
      await tree.checkEdge();
      await this.#checkSigned(size, scan);
      return scan !== undefined && scan.tail === undefined && this.#checkFrames(tree, scan);
    }
  }

  /** A writer makes keys before it uses them, so a ring that is read after the entries has all of theirs. */
  async #followRing(): Promise<void> {
    const { keys, findings } = this.#parts;
    await keys?.ring
      .follow()
      .catch((error: Error) => findings.add("KEY_RING_DAMAGED", "keys/ring", error.message));
  }

  #checkState(tree: TreeChecker, { root, lastLeaf }: Extent): void {
    const isOf =
      (root?.equals(tree.root()) ?? true) && (lastLeaf?.equals(digestBytes(this.#entries.leafHash)) ?? true);
    if (!isOf)
      this.#parts.findings.add("FILE_DAMAGED", ".state/tree", "it is not the state of these entries");
  }

  /** A clean stop publishes, and so does every later start; only a crash in the very first run may come before. */
  async #checkSigned(size: number, scan: WalScan | undefined): Promise<void> {
    const { disk, layout, findings } = this.#parts;
    const mustBeSigned =
      (size > 0 && (scan?.sealed || this.#entries.epoch > 1)) ||
      (await disk.read(layout.checkpoint)) !== undefined;
    // The first integration of a ledger is in its place a moment before it is signed.
    const isMissing = async () => (await disk.read(layout.signed)) === undefined;
    if (mustBeSigned && (await stays(isMissing)))
      findings.add("FILE_DAMAGED", ".state/signed", "it is missing, although a checkpoint was signed here");
  }

  #checkFrames(tree: TreeChecker, scan: WalScan): boolean {
    const { findings } = this.#parts;
    const file = ".state/wal";
    for (const { frame } of scan.frames) {
      if (frame.firstIndex + frame.count <= tree.size) continue;
      const bytes = frame.entries;
      const ends = entryEnds(bytes);
      if (frame.firstIndex !== tree.size || ends?.length !== frame.count) {
        const message =
          frame.firstIndex > tree.size ? "frames are missing before it" : "its entries are not its own";
        findings.add("WAL_DAMAGED", file, `the frame of entry ${frame.firstIndex}: ${message}`, tree.size);
        return false;
      }
      const envelopes = ends.map((end, at) => {
        const envelope = this.#entries.check({ bytes, start: (ends[at - 1] ?? 0) + 2, end }, file);
        tree.append(this.#entries.leafHash);
        return envelope;
      });
      this.#payloads.check(Buffer.concat(frame.blocks), envelopes, file);
    }
    return true;
  }

  #checkBeyond({ beyond }: StoredFiles, size: number): void {
    for (const { path, isOf } of beyond) {
      if (!isOf(size))
        this.#parts.findings.add("FILE_UNEXPECTED", path, `it belongs to more entries than the ${size} here`);
    }
  }

  async #extent(): Promise<Extent> {
    const { disk, layout, keys, claims } = this.#parts;
    const claimed = claims.filter(({ file }) => file === ".state/signed" || file === "checkpoint");
    const size = claimed.reduce((largest, claim) => Math.max(largest, claim.size), 0);
    const wal = { segment: 0, offset: 0 };
    try {
      const state = await readTreeState(disk, layout.tree, keys?.frameKey);
      if (state !== undefined) return state;
      if (size > 0) this.#reportState("it is missing, although a checkpoint was signed");
    } catch (error) {
      this.#reportState((error as Error).message);
    }
    return { size, wal };
  }

  /** Once: the state is read again and again. */
  #reportState(message: string): void {
    if (!this.#isStateDamaged) this.#parts.findings.add("FILE_DAMAGED", ".state/tree", message);
    this.#isStateDamaged = true;
  }
}

/** Where the first frame begins that is not wholly within `size` entries; `size` itself when there is none. */
function firstIndexBehind(scan: WalScan | undefined, size: number): number {
  return scan?.frames.find(({ frame }) => frame.firstIndex + frame.count > size)?.frame.firstIndex ?? size;
}

import type { Disk } from "../store/disk.ts";
import { type Frame, splitEntries } from "../wal/frame.ts";
import { type Bundle, blockDigest } from "./bundle.ts";
import { readWalTail, type WalPosition } from "./wal-tail.ts";

/** A frame that was read, taken apart. */
interface Part {
  readonly firstIndex: number;
  readonly entries: readonly Buffer[];
  readonly blocks: readonly (readonly [digest: string, block: Buffer])[];
}

/**
 * Goes along with the write-ahead file: a frame is read and checked once, however often somebody looks, and forgotten
 * once it is integrated.
 */
export class TailFollower {
  readonly #disk: Disk;
  readonly #directory: string;
  readonly #frameKey: Buffer;
  /** Without gaps; the first may begin before the tree's end. */
  #parts: Part[] = [];
  /** Behind the last frame that was read. */
  #position: WalPosition = { segment: 0, offset: 0 };
  #bundle: Bundle = { entries: [], blocks: new Map() };
  #bundleStart = 0;

  constructor(disk: Disk, directory: string, frameKey: Buffer) {
    this.#disk = disk;
    this.#directory = directory;
    this.#frameKey = frameKey;
  }

  /** Reads what was written since; false when it does not join on, because the writer has freed segments meanwhile. */
  follow(state: { readonly size: number; readonly wal: WalPosition }): boolean {
    const { size, wal } = state;
    this.#forget(size);
    // What was read last is integrated already, and with it perhaps some that we have never seen.
    if (isBefore(this.#position, wal)) this.#begin(wal);
    const tail = readWalTail(this.#disk, this.#directory, this.#position, this.#frameKey);
    for (const frame of tail.frames) {
      if (frame.firstIndex + frame.count <= size) continue;
      if (!this.#add(frame, size)) {
        this.#begin(wal);
        return false;
      }
    }
    this.#position = tail.end;
    return true;
  }

  /** The entries from `size` on, as the last `follow` has found them. */
  bundleFrom(size: number): Bundle {
    if (this.#bundleStart !== size || this.#bundle.entries.length > this.#end(size) - size) {
      // A new one: whoever holds the old one goes on to find in it what it had.
      this.#bundle = { entries: [], blocks: new Map() };
      this.#bundleStart = size;
    }
    const { blocks, entries } = this.#bundle as { blocks: Map<string, Buffer>; entries: Buffer[] };
    for (const part of this.#parts) {
      const known = size + entries.length - part.firstIndex;
      if (known >= part.entries.length) continue;
      for (const entry of part.entries.slice(Math.max(known, 0))) entries.push(entry);
      for (const [digest, block] of part.blocks) blocks.set(digest, block);
    }
    return this.#bundle;
  }

  /** False when the frame is not the next one. */
  #add(frame: Frame, size: number): boolean {
    const isNext = this.#parts.length === 0 ? frame.firstIndex <= size : frame.firstIndex === this.#end(size);
    if (!isNext) return false;
    this.#parts.push({
      blocks: frame.blocks.map((block) => [blockDigest(block), block]),
      entries: splitEntries(frame.entries) ?? [],
      firstIndex: frame.firstIndex,
    });
    return true;
  }

  #begin(position: WalPosition): void {
    this.#parts = [];
    this.#position = position;
    this.#bundleStart = -1;
  }

  #forget(size: number): void {
    const kept = this.#parts.findIndex((part) => part.firstIndex + part.entries.length > size);
    if (kept === -1) this.#parts = [];
    else if (kept > 0) this.#parts.splice(0, kept);
  }

  #end(size: number): number {
    const last = this.#parts.at(-1);
    return last === undefined ? size : last.firstIndex + last.entries.length;
  }
}

function isBefore(one: WalPosition, other: WalPosition): boolean {
  return one.segment === other.segment ? one.offset < other.offset : one.segment < other.segment;
}

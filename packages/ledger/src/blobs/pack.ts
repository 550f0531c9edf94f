import type { FileHandle } from "node:fs/promises";
import { join } from "node:path";
import { type Disk, openExisting } from "../store/disk.ts";
import {
  headBytesAt,
  PARCEL_FIXED_BYTES,
  PARCEL_MAGIC,
  type ParcelHead,
  readParcelHead,
} from "./parcel-head.ts";

const PACK_NAME = /^(\d{6,})\.pack$/;

/** Packs of a key are counted from 1. */
export function packName(number: number): string {
  return `${String(number).padStart(6, "0")}.pack`;
}

/** The number of a pack, or undefined when no pack has this name. */
export function packNumber(name: string): number | undefined {
  const number = Number(PACK_NAME.exec(name)?.[1]);
  return number > 0 && packName(number) === name ? number : undefined;
}

/** The numbers of a key's packs, in order; none when it has no directory. */
export async function listPacks(disk: Disk, directory: string): Promise<number[]> {
  const numbers = (await disk.list(directory)).map(packNumber).filter((number) => number !== undefined);
  return numbers.sort((a, b) => a - b);
}

/** Parcels are mostly shorter, so one read gets head and all; heads of small ones come together. */
const WINDOW_BYTES = 32 * 1024;

/** A pack open for reading, also while it is written. One reader at a time. */
export class PackFile {
  readonly keyId: string;
  readonly number: number;
  readonly #disk: Disk;
  readonly #file: FileHandle;
  /** Bytes of the file from `#windowAt` on. */
  #window = Buffer.alloc(0);
  #windowAt = 0;

  private constructor(disk: Disk, file: FileHandle, keyId: string, number: number) {
    this.#disk = disk;
    this.#file = file;
    this.keyId = keyId;
    this.number = number;
  }

  /** Undefined when there is none. */
  static async open(
    disk: Disk,
    directory: string,
    keyId: string,
    number: number,
  ): Promise<PackFile | undefined> {
    const file = await openExisting(disk, join(directory, packName(number)));
    return file && new PackFile(disk, file, keyId, number);
  }

  async size(): Promise<number> {
    return (await this.#file.stat()).size;
  }

  /** The whole parcel at `offset`; undefined when none begins there, or its end is missing. */
  async parcelAt(offset: number): Promise<Buffer | undefined> {
    const head = await this.#headAt(offset);
    const parcel = head && (await this.#read(offset, head.length));
    return parcel?.length === head?.length ? parcel : undefined;
  }

  /** The heads of whole parcels from `from` on, in order. What is torn or damaged in between is passed over. */
  async *heads(from: number): AsyncGenerator<ParcelHead, void, undefined> {
    const size = await this.size();
    let offset = from;
    while (offset < size) {
      const head = await this.#headAt(offset);
      if (head !== undefined && offset + head.length <= size) {
        yield head;
        offset += head.length;
      } else {
        offset = await this.#findMagic(offset + 1);
      }
    }
  }

  close(): Promise<void> {
    return this.#file.close();
  }

  async #headAt(offset: number): Promise<ParcelHead | undefined> {
    const start = await this.#read(offset, PARCEL_FIXED_BYTES);
    const bytes = headBytesAt(start, 0);
    const head = bytes && readParcelHead(await this.#read(offset, bytes), 0);
    // A parcel that was moved is no parcel of this place.
    return head && head.offset === offset && head.pack === this.number && head.keyId === this.keyId
      ? head
      : undefined;
  }

  /** Where the next parcel may begin; infinity when nothing more looks like one. */
  async #findMagic(from: number): Promise<number> {
    for (let at = from; ; at += WINDOW_BYTES - PARCEL_MAGIC.length) {
      const bytes = await this.#read(at, WINDOW_BYTES);
      const found = bytes.indexOf(PARCEL_MAGIC);
      if (found !== -1) return at + found;
      if (bytes.length < WINDOW_BYTES) return Number.POSITIVE_INFINITY;
    }
  }

  /** Bytes of the file; fewer than asked for only at its end. */
  async #read(offset: number, size: number): Promise<Buffer> {
    let start = offset - this.#windowAt;
    if (start < 0 || start + size > this.#window.length) {
      const target = Buffer.allocUnsafeSlow(Math.max(size, WINDOW_BYTES));
      this.#window = target.subarray(0, await this.#disk.readAt(this.#file.fd, target, offset));
      this.#windowAt = offset;
      start = 0;
    }
    return this.#window.subarray(start, start + size);
  }
}

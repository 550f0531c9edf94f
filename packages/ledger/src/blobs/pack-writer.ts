import type { FileHandle } from "node:fs/promises";
import { join } from "node:path";
import type { Disk } from "../store/disk.ts";
import { Waiters } from "../writer/waiters.ts";
import { packName } from "./pack.ts";
import type { Turns } from "./turns.ts";

interface PackWriterParts {
  readonly disk: Disk;
  readonly syncs: Turns;
  readonly packBytesMax: number;
}

/** A pack that is being written: parcels go behind each other, and whatever is written is synced together. */
export class PackWriter {
  readonly number: number;
  readonly #parts: PackWriterParts;
  readonly #file: FileHandle;
  readonly #durable = new Waiters();
  #size = 0;
  #durableSize = 0;
  #syncing: Promise<void> | undefined;
  #failure: unknown;

  private constructor(parts: PackWriterParts, file: FileHandle, number: number) {
    this.#parts = parts;
    this.#file = file;
    this.number = number;
  }

  /** Makes a new pack. Its name is durable before there is anything in it; one that is there already is an error. */
  static async create(parts: PackWriterParts, directory: string, number: number): Promise<PackWriter> {
    const { disk } = parts;
    await disk.makeDirectory(directory);
    const file = await disk.open(join(directory, packName(number)), "wx");
    try {
      await disk.syncDirectory(directory);
    } catch (error) {
      await file.close();
      throw error;
    }
    return new PackWriter(parts, file, number);
  }

  get size(): number {
    return this.#size;
  }

  /** How many bytes are known to be fsynced. */
  get durableSize(): number {
    return this.#durableSize;
  }

  /** An empty pack takes anything. */
  fits(bytes: number): boolean {
    return this.#size === 0 || this.#size + bytes <= this.#parts.packBytesMax;
  }

  /** Into the page cache; `settle` makes it durable. */
  write(parcel: Buffer): void {
    this.#parts.disk.writeSync(this.#file.fd, parcel, this.#size);
    this.#size += parcel.length;
  }

  /** Resolves once everything written so far is durable. A sync that failed is not tried again. */
  settle(): Promise<void> {
    if (this.#failure) return Promise.reject(this.#failure);
    if (this.#size <= this.#durableSize) return Promise.resolve();
    const settled = this.#durable.wait(this.#size, undefined);
    this.#sync();
    return settled;
  }

  /** The caller has settled what it wants to keep. */
  async close(): Promise<void> {
    await this.#syncing;
    await this.#file.close();
  }

  #sync(): void {
    if (this.#syncing) return;
    let size = 0;
    const work = () => {
      size = this.#size;
      return this.#parts.disk.sync(this.#file.fd);
    };
    this.#syncing = this.#parts.syncs.run(work).then(
      () => {
        this.#syncing = undefined;
        this.#durableSize = size;
        this.#durable.reached(size);
        if (this.#durable.count > 0) this.#sync();
      },
      (error) => {
        this.#syncing = undefined;
        this.#failure = error;
        this.#durable.fail(error);
      },
    );
  }
}

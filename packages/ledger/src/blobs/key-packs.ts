import { join } from "node:path";
import type { LedgerError } from "../error.ts";
import type { DataKey } from "../keys/key-ring.ts";
import { KNOWN_CHUNKS_MAX } from "../store/limits.ts";
import { gearOf } from "./gear.ts";
import { KnownChunks, MANIFEST_ORDINAL, type Place } from "./known-chunks.ts";
import { chunkNamer, type NameChunk } from "./names.ts";
import { listPacks, PackFile } from "./pack.ts";
import { PackWriter } from "./pack-writer.ts";
import { type PackedContent, parcelBytes, sealParcel } from "./parcel.ts";
import type { ParcelHead } from "./parcel-head.ts";
import type { BlobPlace } from "./parcel-shelf.ts";
import type { Turns } from "./turns.ts";

/** What all keys of a writer share. */
export interface WriterParts extends BlobPlace {
  readonly epoch: number;
  readonly syncs: Turns;
  readonly packBytesMax: number;
  /** The next number of a parcel; none comes twice in an epoch. */
  readonly nextNumber: () => number;
  /** Ends the ledger's writing for good, and says with what error. */
  readonly fail: (error: unknown, doing: string) => LedgerError;
}

const SEAL: PackedContent = {
  bytes: Buffer.alloc(0),
  isDeflated: false,
  contentBytes: 0,
  chunks: [],
  blob: undefined,
};

/**
 * The packs of one key, for whoever stores more under it.
 *
 * Every writer begins a pack of its own: at the end of another's may stand what a crash has torn. Of those it relies on
 * what their heads say was fsynced, and on nothing behind that: a later blob must not be lost with an earlier one that
 * nobody had acknowledged.
 */
export class KeyPacks {
  readonly key: DataKey;
  readonly gear: Int32Array;
  readonly nameChunk: NameChunk;
  readonly #parts: WriterParts;
  readonly #directory: string;
  readonly #known = new KnownChunks(KNOWN_CHUNKS_MAX);
  #lastNumber = 0;
  #pack: PackWriter | undefined;
  #opening: Promise<void> | undefined;
  #failure: LedgerError | undefined;

  private constructor(parts: WriterParts, key: DataKey) {
    this.key = key;
    this.gear = gearOf(key.key);
    this.nameChunk = chunkNamer(key.key);
    this.#parts = parts;
    this.#directory = join(parts.directory, key.id);
  }

  /** @throws LedgerError LEDGER_DISK_FULL, LEDGER_IO: for good, as everything here does. */
  static async load(parts: WriterParts, key: DataKey): Promise<KeyPacks> {
    const packs = new KeyPacks(parts, key);
    await packs.#orFail("reading blobs", async () => {
      for (const number of await listPacks(parts.disk, packs.#directory)) {
        packs.#lastNumber = number;
        await packs.#learn(number);
      }
    });
    return packs;
  }

  /** How much memory it takes to know the chunks that are there. */
  get knownBytes(): number {
    return this.#known.bytes;
  }

  /** Where a chunk stands, or the manifest of a blob; perhaps not durable yet: see `settle`. */
  find(name: string): Place | undefined {
    return this.#known.find(name);
  }

  /** Writes a parcel, and returns where it begins. */
  add(content: PackedContent): Promise<Omit<Place, "ordinal">> {
    return this.#orFail("writing a blob", async () => {
      const bytes = parcelBytes(content);
      // Nothing may come between the look and the write: whoever gives a pack up settles what is in it by then.
      while (!this.#pack?.fits(bytes)) await this.#nextPack();
      const place = { pack: this.#pack.number, offset: this.#pack.size };
      this.#write(this.#pack, content);
      this.#remember(content, place);
      return place;
    });
  }

  /** Resolves once everything that was written or found so far is durable. */
  settle(): Promise<void> {
    return this.#orFail("syncing a blob", async () => {
      // A pack that is given up is settled before the next is there.
      await this.#opening;
      await this.#pack?.settle();
    });
  }

  /** Where all of it is durable, the pack is sealed: from here on, damage in it is no torn end. */
  async close(mayWrite: boolean): Promise<void> {
    await this.#opening?.catch(() => {});
    const pack = this.#pack;
    this.#pack = undefined;
    if (pack === undefined) return;
    try {
      const isSettled = this.#failure === undefined && pack.durableSize === pack.size;
      if (mayWrite && isSettled) this.#write(pack, SEAL);
    } finally {
      await pack.close();
    }
  }

  /** Takes in what an earlier writer is known to have made durable. */
  async #learn(number: number): Promise<void> {
    const pack = await PackFile.open(this.#parts.disk, this.#directory, this.key.id, number);
    if (pack === undefined) return;
    try {
      const heads: ParcelHead[] = [];
      for await (const head of pack.heads(0)) heads.push(head);
      const durable = heads.reduce((most, head) => Math.max(most, head.durable), 0);
      for (const head of heads) {
        const { length, offset } = head;
        if (offset + length <= durable) this.#remember(head, { pack: number, offset });
      }
    } finally {
      await pack.close();
    }
  }

  #remember({ chunks, blob }: Pick<PackedContent, "chunks" | "blob">, place: Omit<Place, "ordinal">): void {
    for (const [ordinal, name] of chunks.entries()) this.#known.add(name, { ...place, ordinal });
    if (blob !== undefined) this.#known.add(blob, { ...place, ordinal: MANIFEST_ORDINAL });
  }

  #write(pack: PackWriter, content: PackedContent): void {
    const { epoch, ledgerId, nextNumber } = this.#parts;
    const identity = { ledgerId, key: this.key.key, epoch, number: nextNumber() };
    const { number, size: offset, durableSize: durable } = pack;
    pack.write(sealParcel(identity, { keyId: this.key.id, pack: number, offset, durable }, content));
  }

  #nextPack(): Promise<void> {
    this.#opening ??= this.#openNext().finally(() => {
      this.#opening = undefined;
    });
    return this.#opening;
  }

  /** The old pack is durable and closed before there is a new one, so that nobody has to settle two. */
  async #openNext(): Promise<void> {
    const full = this.#pack;
    this.#pack = undefined;
    if (full !== undefined) {
      await full.settle();
      this.#write(full, SEAL);
      await full.close();
    }
    this.#lastNumber += 1;
    this.#pack = await PackWriter.create(this.#parts, this.#directory, this.#lastNumber);
  }

  /** What failed once is not tried again: what the disk holds is in doubt. */
  async #orFail<T>(doing: string, work: () => Promise<T>): Promise<T> {
    if (this.#failure) throw this.#failure;
    try {
      return await work();
    } catch (error) {
      this.#failure ??= this.#parts.fail(error, doing);
      throw this.#failure;
    }
  }
}

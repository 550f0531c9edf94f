import { join } from "node:path";
import { LedgerError } from "../error.ts";
import type { DataKey } from "../keys/key-ring.ts";
import type { Disk } from "../store/disk.ts";
import { chunkNamer, type NameChunk } from "./names.ts";
import { PackFile } from "./pack.ts";
import { type OpenParcel, openParcel } from "./parcel.ts";

/** Contents of opened parcels that are kept. A conversation of hundreds of turns lies in as many small parcels. */
const CONTENT_BYTES_KEPT = 8 * 1024 * 1024;
/** Files that are kept open. */
const PACKS_KEPT = 8;

/** Where the blobs of a ledger are. */
export interface BlobPlace {
  readonly disk: Disk;
  /** The directory that holds one for each key. */
  readonly directory: string;
  readonly ledgerId: Buffer;
}

/** Opens the parcels of one key, and keeps the last few open. For one reader at a time, who closes it. */
export class ParcelShelf {
  readonly key: DataKey;
  readonly #place: BlobPlace;
  readonly #directory: string;
  readonly #nameChunk: NameChunk;
  readonly #parcels = new Map<string, OpenParcel>();
  #contentBytes = 0;
  readonly #packs = new Map<number, PackFile>();

  constructor(place: BlobPlace, key: DataKey) {
    this.key = key;
    this.#place = place;
    this.#directory = join(place.directory, key.id);
    this.#nameChunk = chunkNamer(key.key);
  }

  /** @throws LedgerError BLOB_DAMAGED, or BLOB_MISSING when the whole pack is gone. */
  async open(pack: number, offset: number): Promise<OpenParcel> {
    const name = `${pack}/${offset}`;
    const known = this.#parcels.get(name);
    // Whatever was used last stands last.
    if (known !== undefined) this.#parcels.delete(name);
    const parcel = known ?? (await this.#read(pack, offset));
    this.#parcels.set(name, parcel);
    this.#forgetOldest();
    return parcel;
  }

  async close(): Promise<void> {
    const packs = [...this.#packs.values()];
    this.#packs.clear();
    for (const pack of packs) await pack.close();
  }

  async #read(pack: number, offset: number): Promise<OpenParcel> {
    const bytes = await (await this.#packOf(pack)).parcelAt(offset);
    if (bytes === undefined)
      throw new LedgerError("BLOB_DAMAGED", `no whole parcel begins at byte ${offset} of pack ${pack}`);
    const parcel = openParcel(this.#place.ledgerId, this.key.key, this.#nameChunk, bytes);
    this.#contentBytes += parcel.head.contentBytes;
    return parcel;
  }

  #forgetOldest(): void {
    for (const [oldest, { head }] of this.#parcels) {
      if (this.#contentBytes <= CONTENT_BYTES_KEPT || this.#parcels.size === 1) return;
      this.#parcels.delete(oldest);
      this.#contentBytes -= head.contentBytes;
    }
  }

  async #packOf(number: number): Promise<PackFile> {
    const known = this.#packs.get(number);
    if (known !== undefined) return known;
    const pack = await PackFile.open(this.#place.disk, this.#directory, this.key.id, number);
    if (pack === undefined)
      throw new LedgerError("BLOB_MISSING", `pack ${number} of key ${this.key.id} is gone`);
    this.#packs.set(number, pack);
    for (const [oldest, file] of this.#packs) {
      if (this.#packs.size <= PACKS_KEPT) break;
      this.#packs.delete(oldest);
      await file.close();
    }
    return pack;
  }
}

import { join } from "node:path";
import { LedgerError } from "../error.ts";
import type { DataKey } from "../keys/key-ring.ts";
import { Catalogue, type ManifestPlace } from "./catalogue.ts";
import { decodeManifest, type Run } from "./manifest.ts";
import { blobHmac } from "./names.ts";
import { type BlobPlace, ParcelShelf } from "./parcel-shelf.ts";
import type { BlobReference } from "./reference.ts";

/** Keys of which it is remembered where their blobs are. */
const CATALOGUES_MAX = 64;

/** Reads blobs back. Usable concurrently, and beside a writer. */
export class BlobReader {
  readonly #place: BlobPlace;
  readonly #catalogues = new Map<string, Catalogue>();

  constructor(place: BlobPlace) {
    this.#place = place;
  }

  /** Whether a blob of this name was stored. Says nothing about whether it can be read. */
  async has({ key, name }: BlobReference): Promise<boolean> {
    return (await this.#placesOf(key, name)).length > 0;
  }

  /** For somebody who reads several blobs of one key. */
  shelf(key: DataKey): ParcelShelf {
    return new ParcelShelf(this.#place, key);
  }

  /**
   * The content, in pieces that are the caller's own. Each chunk is held against its name before it is handed out; that
   * they are this blob, and all of it, is known at the end only.
   *
   * @throws LedgerError BLOB_MISSING, BLOB_DAMAGED
   */
  async *read(reference: BlobReference, shelf: ParcelShelf): AsyncGenerator<Buffer, void, undefined> {
    const places = await this.#placesOf(reference.key, reference.name);
    const last = places.at(-1);
    if (last === undefined)
      throw new LedgerError("BLOB_MISSING", `key ${reference.key} has no blob ${reference.name}`);
    for (const place of places) {
      if (place !== last && !(await isWhole(reference, place, shelf))) continue;
      yield* contentAt(reference, place, shelf);
      return;
    }
  }

  async #placesOf(keyId: string, name: string): Promise<readonly ManifestPlace[]> {
    const { disk, directory } = this.#place;
    const catalogue = this.#catalogues.get(keyId) ?? new Catalogue(disk, join(directory, keyId), keyId);
    this.#catalogues.delete(keyId);
    this.#catalogues.set(keyId, catalogue);
    for (const oldest of this.#catalogues.keys()) {
      if (this.#catalogues.size <= CATALOGUES_MAX) break;
      this.#catalogues.delete(oldest);
    }
    return catalogue.places(Buffer.from(name, "base64url").toString("latin1"));
  }
}

/** Where a blob stands twice, a piece that was handed out could not be taken back. */
async function isWhole(reference: BlobReference, place: ManifestPlace, shelf: ParcelShelf): Promise<boolean> {
  try {
    for await (const _ of contentAt(reference, place, shelf));
    return true;
  } catch (error) {
    if (error instanceof LedgerError) return false;
    throw error;
  }
}

async function* contentAt(
  { key, name, size }: BlobReference,
  place: ManifestPlace,
  shelf: ParcelShelf,
): AsyncGenerator<Buffer, void, undefined> {
  const { head, manifest } = await shelf.open(place.pack, place.offset);
  if (head.blob !== Buffer.from(name, "base64url").toString("latin1"))
    throw damaged(key, name, "its name is another's");
  const { runs, size: sizeOfManifest } = decodeManifest(manifest);
  if (sizeOfManifest !== size) throw damaged(key, name, `it has ${sizeOfManifest} bytes, not ${size}`);
  const hmac = blobHmac(shelf.key.key);
  let done = 0;
  for (const run of runs) {
    const piece = await pieceOf(run, place, shelf);
    hmac.update(piece);
    done += piece.length;
    if (done > size) break;
    yield piece;
  }
  if (done !== size || hmac.digest("base64url") !== name)
    throw damaged(key, name, "its content is not the one that its name says");
}

async function pieceOf(
  { pack, offset, first, count }: Run,
  own: ManifestPlace,
  shelf: ParcelShelf,
): Promise<Buffer> {
  const { chunks } = pack === 0 ? await shelf.open(own.pack, own.offset) : await shelf.open(pack, offset);
  if (first + count > chunks.length)
    throw new LedgerError("BLOB_DAMAGED", `a manifest names a chunk that pack ${pack} does not have`);
  return Buffer.concat(chunks.slice(first, first + count));
}

function damaged(key: string, name: string, reason: string): LedgerError {
  return new LedgerError("BLOB_DAMAGED", `blob ${name} of key ${key} is damaged: ${reason}`);
}

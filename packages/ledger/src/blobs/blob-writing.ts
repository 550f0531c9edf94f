import { setImmediate as nextTurn } from "node:timers/promises";
import { promisify } from "node:util";
import { deflateRaw, deflateRawSync } from "node:zlib";
import { LedgerError } from "../error.ts";
import { BLOB_BYTES_MAX, PARCEL_CONTENT_BYTES } from "../store/limits.ts";
import { CHUNK_BYTES_MAX, Chunker } from "./chunker.ts";
import { contentBytes, writeChunk } from "./content.ts";
import type { KeyPacks } from "./key-packs.ts";
import { MANIFEST_ORDINAL, type Place } from "./known-chunks.ts";
import { encodeManifest, type Run } from "./manifest.ts";
import { blobHmac } from "./names.ts";
import type { PackedContent } from "./parcel.ts";
import type { BlobReference } from "./reference.ts";
import type { Turns } from "./turns.ts";

/** How much is cut and hashed before others get their turn: about two milliseconds. */
const TURN_BYTES = 256 * 1024;
/** So many parcels are not tried after one that did not get smaller: it takes the longest where it does nothing. */
const UNTRIED = 7;
/** Deflate of 64 KiB takes a millisecond, which the data path should not wait for: a thread does it. */
const deflate = promisify(deflateRaw);
/** To send so little to a thread and back costs more than it takes, which is less than a fifth of a millisecond. */
const DEFLATED_HERE_BYTES = 8 * 1024;

/**
 * One blob on its way in: it is cut, what is not stored yet is gathered into parcels, and the manifest completes it.
 * Nobody can find it before that. Keeps one parcel in memory, and twelve bytes for each run of chunks.
 */
export class BlobWriting {
  readonly #packs: KeyPacks;
  readonly #deflates: Turns;
  readonly #chunker: Chunker;
  readonly #hmac: ReturnType<typeof blobHmac>;
  readonly #runs: Run[] = [];
  /** The first run that may lie in the parcel under way. */
  #openRuns = 0;
  #size = 0;
  #bytesOfTurn = 0;
  /** The parcel under way. */
  #content = Buffer.alloc(0);
  #contentSize = 0;
  readonly #ordinals = new Map<string, number>();
  #untried = 0;

  constructor(packs: KeyPacks, deflates: Turns) {
    this.#packs = packs;
    this.#deflates = deflates;
    this.#chunker = new Chunker(packs.gear);
    this.#hmac = blobHmac(packs.key.key);
  }

  async take(piece: Uint8Array): Promise<void> {
    this.#size += piece.length;
    if (this.#size > BLOB_BYTES_MAX)
      throw new LedgerError("ENTRY_INVALID", `a blob has at most ${BLOB_BYTES_MAX} bytes`);
    this.#hmac.update(piece);
    for (const chunk of this.#chunker.cut(piece)) await this.#add(chunk);
    this.#bytesOfTurn += piece.length;
    if (this.#bytesOfTurn < TURN_BYTES) return;
    this.#bytesOfTurn = 0;
    await nextTurn();
  }

  /** Resolves once the blob is durable. */
  async finish(): Promise<BlobReference> {
    const rest = this.#chunker.rest();
    if (rest.length > 0) await this.#add(rest);
    const name = this.#hmac.digest();
    const blob = name.toString("latin1");
    if (this.#packs.find(blob)?.ordinal !== MANIFEST_ORDINAL) {
      const manifest = encodeManifest({ size: this.#size, runs: this.#runs });
      await this.#packs.add(await this.#pack(manifest, blob));
    }
    await this.#packs.settle();
    return { key: this.#packs.key.id, name: name.toString("base64url"), size: this.#size };
  }

  async #add(chunk: Buffer): Promise<void> {
    const name = this.#packs.nameChunk(chunk);
    const place = this.#packs.find(name) ?? this.#placeInParcel(name);
    if (place !== undefined) {
      this.#extend(place);
      return;
    }
    const size = contentBytes(chunk);
    if (this.#contentSize > 0 && this.#contentSize + size > PARCEL_CONTENT_BYTES) await this.#flush();
    this.#reserve(this.#contentSize + size);
    this.#contentSize = writeChunk(this.#content, this.#contentSize, chunk);
    const ordinal = this.#ordinals.size;
    this.#ordinals.set(name, ordinal);
    this.#extend({ pack: 0, offset: 0, ordinal });
  }

  #placeInParcel(name: string): Place | undefined {
    const ordinal = this.#ordinals.get(name);
    return ordinal === undefined ? undefined : { pack: 0, offset: 0, ordinal };
  }

  #extend({ pack, offset, ordinal }: Place): void {
    const last = this.#runs.at(-1);
    const continues = last?.pack === pack && last.offset === offset && last.first + last.count === ordinal;
    if (last !== undefined && continues)
      this.#runs[this.#runs.length - 1] = { ...last, count: last.count + 1 };
    else this.#runs.push({ pack, offset, first: ordinal, count: 1 });
  }

  /** Writes the parcel under way. Its runs get their place. */
  async #flush(): Promise<void> {
    const place = await this.#packs.add(await this.#pack(Buffer.alloc(0), undefined));
    for (let at = this.#openRuns; at < this.#runs.length; at += 1) {
      const run = this.#runs[at] as Run;
      if (run.pack === 0) this.#runs[at] = { ...run, ...place };
    }
    this.#openRuns = this.#runs.length;
    this.#contentSize = 0;
    this.#ordinals.clear();
  }

  async #pack(manifest: Buffer, blob: string | undefined): Promise<PackedContent> {
    const chunks = [...this.#ordinals.keys()];
    const gathered = this.#content.subarray(0, this.#contentSize);
    const content = manifest.length === 0 ? gathered : Buffer.concat([gathered, manifest]);
    const deflated = await this.#deflate(content);
    const isDeflated = deflated !== undefined;
    return { bytes: deflated ?? content, isDeflated, contentBytes: content.length, chunks, blob };
  }

  /** Undefined where it would not get smaller. */
  async #deflate(content: Buffer): Promise<Buffer | undefined> {
    if (this.#untried > 0) {
      this.#untried -= 1;
      return undefined;
    }
    const deflated =
      content.length <= DEFLATED_HERE_BYTES
        ? deflateRawSync(content)
        : await this.#deflates.run(() => deflate(content));
    if (deflated.length < content.length) return deflated;
    this.#untried = UNTRIED;
    return undefined;
  }

  #reserve(size: number): void {
    if (size <= this.#content.length) return;
    const room = Math.min(Math.max(size, 2 * this.#content.length), PARCEL_CONTENT_BYTES + CHUNK_BYTES_MAX);
    const grown = Buffer.allocUnsafeSlow(room);
    this.#content.copy(grown, 0, 0, this.#contentSize);
    this.#content = grown;
  }
}

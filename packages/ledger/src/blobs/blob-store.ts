import { LedgerError } from "../error.ts";
import type { DataKey } from "../keys/key-ring.ts";
import {
  BLOB_DEFLATES_MAX,
  BLOB_SYNCS_MAX,
  KNOWN_BYTES_MAX,
  OPEN_KEYS_MAX,
  PACK_BYTES_MAX,
} from "../store/limits.ts";
import { BlobWriting } from "./blob-writing.ts";
import { KeyPacks, type WriterParts } from "./key-packs.ts";
import type { BlobPlace } from "./parcel-shelf.ts";
import type { BlobReference } from "./reference.ts";
import { removeBlobs } from "./remove-blobs.ts";
import { type BlobSource, StoppableSource } from "./stoppable-source.ts";
import { Turns } from "./turns.ts";

export interface BlobStoreParts extends BlobPlace {
  readonly epoch: number;
  /** Ends the ledger's writing for good, and says with what error. */
  readonly fail: (error: unknown, doing: string) => LedgerError;
  /** Why nothing is written any more. */
  readonly failure: () => LedgerError | undefined;
  readonly openKeysMax?: number;
  readonly packBytesMax?: number;
}

/** A key whose packs are open, and the blobs that are on their way into them. */
interface OpenKey {
  readonly packs: Promise<KeyPacks>;
  readonly puts: Set<Put>;
  knownBytes: number;
}

interface Put {
  readonly source: StoppableSource;
  readonly done: Promise<BlobReference>;
}

/** Stores blobs. One for each open ledger. */
export class BlobStore {
  readonly #parts: BlobStoreParts;
  readonly #shared: WriterParts;
  readonly #deflates = new Turns(BLOB_DEFLATES_MAX);
  /** In the order of their last use. */
  readonly #keys = new Map<string, OpenKey>();
  /** What is done to a key's packs that are not open any more: they are closed, and perhaps removed. */
  readonly #leaving = new Map<string, Promise<void>>();
  #nextNumber = 0;

  constructor(parts: BlobStoreParts) {
    this.#parts = parts;
    const nextNumber = () => {
      this.#nextNumber += 1;
      return this.#nextNumber - 1;
    };
    const packBytesMax = parts.packBytesMax ?? PACK_BYTES_MAX;
    this.#shared = { ...parts, packBytesMax, syncs: new Turns(BLOB_SYNCS_MAX), nextNumber };
  }

  /**
   * Resolves once the blob is durable. When the source fails, so does this, with the source's own error; what came
   * before is then stored for nothing, and nobody can find it.
   */
  async put(key: DataKey, from: BlobSource): Promise<BlobReference> {
    const open = this.#open(key);
    const source = new StoppableSource(from);
    const put = { source, done: this.#write(open, source) };
    open.puts.add(put);
    try {
      return await put.done;
    } finally {
      open.puts.delete(put);
      this.#closeUnused();
    }
  }

  /** Removes all blobs of a key, durably. Whoever is storing one under it is refused. May be repeated. */
  remove(keyId: string): Promise<void> {
    const refusal = new LedgerError(
      "BLOB_MISSING",
      `key ${keyId} was destroyed while a blob was stored under it`,
    );
    return this.#leave(keyId, refusal, async () => {
      const { disk, directory } = this.#parts;
      try {
        await removeBlobs(disk, { blobs: directory }, keyId);
      } catch (error) {
        throw this.#parts.fail(error, "removing blobs");
      }
    });
  }

  /** Refuses whoever is not done, and closes all files. */
  async close(): Promise<void> {
    const refusal = new LedgerError("LEDGER_CLOSED", "the ledger is closed");
    const closing = [...this.#keys.keys()].map((keyId) => this.#leave(keyId, refusal));
    await Promise.allSettled([...closing, ...this.#leaving.values()]);
  }

  async #write(open: OpenKey, source: StoppableSource): Promise<BlobReference> {
    const packs = await open.packs;
    const writing = new BlobWriting(packs, this.#deflates);
    for await (const piece of source.pieces()) {
      this.#refuseAfterFailure();
      await writing.take(piece);
    }
    this.#refuseAfterFailure();
    const reference = await writing.finish();
    open.knownBytes = packs.knownBytes;
    return reference;
  }

  #open(key: DataKey): OpenKey {
    const open = this.#keys.get(key.id) ?? { packs: this.#load(key), puts: new Set(), knownBytes: 0 };
    this.#keys.delete(key.id);
    this.#keys.set(key.id, open);
    return open;
  }

  async #load(key: DataKey): Promise<KeyPacks> {
    await this.#leaving.get(key.id)?.catch(() => {});
    return KeyPacks.load(this.#shared, key);
  }

  #closeUnused(): void {
    const keysMax = this.#parts.openKeysMax ?? OPEN_KEYS_MAX;
    let bytes = 0;
    for (const { knownBytes } of this.#keys.values()) bytes += knownBytes;
    for (const [keyId, { knownBytes, puts }] of this.#keys) {
      if (this.#keys.size <= keysMax && bytes <= KNOWN_BYTES_MAX) return;
      if (puts.size > 0) continue;
      bytes -= knownBytes;
      this.#leave(keyId).catch(() => {});
    }
  }

  /** Closes the packs of a key once nobody uses them, and does what is to be done then. Whoever opens them again waits. */
  #leave(keyId: string, refusal?: LedgerError, after?: () => Promise<void>): Promise<void> {
    const before = this.#leaving.get(keyId);
    const open = this.#keys.get(keyId);
    this.#keys.delete(keyId);
    const left = (async () => {
      await before?.catch(() => {});
      if (open) await this.#close(open, refusal);
      await after?.();
    })();
    this.#leaving.set(keyId, left);
    const forget = () => {
      if (this.#leaving.get(keyId) === left) this.#leaving.delete(keyId);
    };
    left.then(forget, forget);
    return left;
  }

  async #close({ packs, puts }: OpenKey, refusal: LedgerError | undefined): Promise<void> {
    for (const { source } of puts) source.stop(refusal);
    await Promise.allSettled([...puts].map(({ done }) => done));
    const loaded = await packs.catch(() => undefined);
    try {
      await loaded?.close(this.#parts.failure() === undefined);
    } catch (error) {
      throw this.#parts.fail(error, "closing a pack");
    }
  }

  #refuseAfterFailure(): void {
    const failure = this.#parts.failure();
    if (failure) throw failure;
  }
}

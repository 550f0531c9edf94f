import { BlobReader } from "../blobs/blob-reader.ts";
import type { BlobPlace, ParcelShelf } from "../blobs/parcel-shelf.ts";
import { type BlobReference, parseBlobReference } from "../blobs/reference.ts";
import { LedgerError } from "../error.ts";
import type { KeyRing } from "../keys/key-ring.ts";
import type { Findings } from "./finding.ts";

/** The references of blobs in a payload, as their texts. Given by whoever knows the payload's form. */
export type ListBlobs = (payload: Buffer) => readonly string[];

export interface BlobCheckerParts {
  readonly place: BlobPlace;
  readonly ring: KeyRing;
  readonly findings: Findings;
  readonly list: ListBlobs;
}

/** Blobs that are remembered to have been checked: the records of one action name the same. */
const CHECKED_MAX = 10_000;

/** Reads every blob that a record names. A blob is stored before its record is, so it must be there. */
export class BlobChecker {
  readonly #parts: BlobCheckerParts;
  readonly #reader: BlobReader;
  readonly #checked = new Set<string>();
  #noted: { readonly text: string; readonly index: number }[] = [];

  constructor(parts: BlobCheckerParts) {
    this.#parts = parts;
    this.#reader = new BlobReader(parts.place);
  }

  /** The payload of entry `index` was opened; what it names is checked later. */
  note(payload: Buffer, index: number): void {
    for (const text of this.#parts.list(payload)) this.#noted.push({ text, index });
  }

  async checkNoted(): Promise<void> {
    const noted = this.#noted;
    this.#noted = [];
    let shelf: ParcelShelf | undefined;
    try {
      for (const { text, index } of noted) {
        const reference = this.#parse(text, index);
        if (reference === undefined || this.#checked.has(text) || !this.#parts.ring.has(reference.key))
          continue;
        if (shelf?.key.id !== reference.key) {
          await shelf?.close();
          shelf = this.#reader.shelf({ id: reference.key, key: this.#parts.ring.secret(reference.key).key });
        }
        await this.#check(reference, shelf, index);
        if (this.#checked.size >= CHECKED_MAX) this.#checked.clear();
        this.#checked.add(text);
      }
    } finally {
      await shelf?.close();
    }
  }

  #parse(text: string, index: number): BlobReference | undefined {
    try {
      return parseBlobReference(text);
    } catch (error) {
      this.#parts.findings.add("BLOB_DAMAGED", "blobs", (error as Error).message, index);
      return undefined;
    }
  }

  async #check(reference: BlobReference, shelf: ParcelShelf, index: number): Promise<void> {
    const { findings, ring } = this.#parts;
    try {
      for await (const _ of this.#reader.read(reference, shelf));
    } catch (error) {
      if (!(error instanceof LedgerError)) throw error;
      // Its key may have been destroyed while we read.
      await ring.follow();
      if (ring.has(reference.key))
        findings.add("BLOB_DAMAGED", `blobs/${reference.key}`, error.message, index);
    }
  }
}

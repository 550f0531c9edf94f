import type { Disk } from "../store/disk.ts";
import { listPacks, PackFile } from "./pack.ts";

/** The parcel that holds a manifest. */
export interface ManifestPlace {
  readonly pack: number;
  readonly offset: number;
}

/**
 * Where the manifests of one key stand, by the names of their blobs. Reads heads only, and each once: it goes on where it
 * was when somebody asks for what it does not know.
 */
export class Catalogue {
  readonly #disk: Disk;
  readonly #directory: string;
  readonly #keyId: string;
  readonly #places = new Map<string, ManifestPlace[]>();
  /** How far each pack is read. */
  readonly #ends = new Map<number, number>();
  /** Packs up to this are read to their ends: nobody writes to a pack once there is a newer one. */
  #complete = 0;
  #following: Promise<void> = Promise.resolve();

  constructor(disk: Disk, directory: string, keyId: string) {
    this.#disk = disk;
    this.#directory = directory;
    this.#keyId = keyId;
  }

  /**
   * Newest first. A blob can stand in several places, of which a crash may have left one torn, when it was put again
   * before anybody knew that the first was durable. `name` is 32 bytes as a binary (latin1) string.
   */
  async places(name: string): Promise<readonly ManifestPlace[]> {
    if (!this.#places.has(name)) {
      // One after the other, so that no head is taken twice.
      const followed = this.#following.then(() => this.#follow());
      this.#following = followed.catch(() => {});
      await followed;
    }
    return [...(this.#places.get(name) ?? [])].reverse();
  }

  async #follow(): Promise<void> {
    const numbers = await listPacks(this.#disk, this.#directory);
    for (const number of numbers) if (number > this.#complete) await this.#read(number);
    this.#complete = Math.max(this.#complete, (numbers.at(-1) ?? 1) - 1);
  }

  async #read(number: number): Promise<void> {
    const pack = await PackFile.open(this.#disk, this.#directory, this.#keyId, number);
    if (pack === undefined) return;
    try {
      let end = this.#ends.get(number) ?? 0;
      for await (const { blob, length, offset } of pack.heads(end)) {
        if (blob !== undefined) this.#add(blob, { pack: number, offset });
        // What is not whole may become so: it is looked at again, with all behind it.
        if (offset === end) end += length;
      }
      this.#ends.set(number, end);
    } finally {
      await pack.close();
    }
  }

  #add(name: string, place: ManifestPlace): void {
    const places = this.#places.get(name) ?? [];
    const isKnown = places.some(({ pack, offset }) => pack === place.pack && offset === place.offset);
    if (!isKnown) this.#places.set(name, [...places, place]);
  }
}

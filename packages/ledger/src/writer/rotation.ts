import { randomBytes } from "node:crypto";
import { LedgerError } from "../error.ts";
import type { KeyRing } from "../keys/key-ring.ts";
import type { KeySource } from "../keys/key-source.ts";
import { type MasterKey, masterKeyFromBytes } from "../keys/master-key.ts";
import type { Found } from "../keys/unlock.ts";

/** Writes down that the key of the next generation is coming; durable when it resolves. */
export type AnnounceRotation = (generation: number, source: string) => Promise<void>;

/**
 * Rotates the master key: the next one is stored beside the present one, the rotation is recorded, every key is wrapped
 * anew, and the next one takes the present one's place. After a stop in between, `resume` goes on with the key that was
 * stored; so a rotation may be recorded twice, but is never left out of the record.
 */
export class Rotation {
  readonly #ring: KeyRing;
  readonly #source: KeySource | MasterKey;
  readonly #announce: AnnounceRotation;

  constructor(ring: KeyRing, source: KeySource | MasterKey, announce: AnnounceRotation) {
    this.#ring = ring;
    this.#source = source;
    this.#announce = announce;
  }

  /** Resolves to the new generation. @throws LedgerError MASTER_KEY_FIXED when the source cannot be written */
  async begin(): Promise<number> {
    const source = this.#writable();
    const key = randomBytes(32);
    await source.rotation.prepare(key);
    return this.#carryOut(masterKeyFromBytes(key), source);
  }

  /** Finishes what a stop interrupted, or moves the keys to the source that is configured now. */
  async resume(place: Found["place"]): Promise<void> {
    if ("unwrap" in this.#source) return;
    const source = this.#source;
    const prepared = await source.rotation?.readPrepared();
    if (place === "prepared") {
      await this.#announce(this.#ring.generation, source.description);
      await source.rotation?.commit();
    } else if (prepared !== undefined) await this.#carryOut(masterKeyFromBytes(prepared), source);
    else if (place === "previous") {
      const key = await source.read();
      if (key === undefined) await this.begin();
      else await this.#carryOut(masterKeyFromBytes(key), source);
    }
  }

  async #carryOut(master: MasterKey, source: KeySource): Promise<number> {
    await this.#announce(this.#ring.generation + 1, source.description);
    await this.#ring.rotate(master);
    await source.rotation?.commit();
    return this.#ring.generation;
  }

  #writable(): KeySource & Required<Pick<KeySource, "rotation">> {
    const source = this.#source;
    if (!("unwrap" in source) && source.rotation !== undefined)
      return { ...source, rotation: source.rotation };
    const where = "unwrap" in source ? "given by the caller" : source.description;
    throw new LedgerError(
      "MASTER_KEY_FIXED",
      `the master key (${where}) cannot be replaced from here: configure another source, with this one as \`previous\`, and start again`,
    );
  }
}

import { createHash } from "node:crypto";
import { join } from "node:path";
import { type Disk, nodeDisk } from "@custody/ledger";
import { AnchorError } from "../error.ts";
import type { PlaceKind } from "../place.ts";
import type { PlaceState } from "./place-state.ts";
import { formatState, parseState } from "./state-file.ts";

export type OutsideDisk = Pick<Disk, "list" | "makeDirectory" | "read" | "replace" | "syncDirectory">;

/**
 * What came back from outside, beside the ledger and no part of it:
 *
 *     state.json               what is known about each place
 *     witnessed                the newest checkpoint with cosignatures that the policy calls enough
 *     <kind>/<name>            evidence, as the place gave it
 *     <kind>/<name>.checkpoint the checkpoint that it is about, where the evidence does not contain it
 *     contradictions/<name>    checkpoints signed by the ledger's key that the ledger does not have
 *     past/<name>              what was `witnessed` under another origin, or another policy
 */
export class OutsideFolder {
  readonly path: string;
  readonly #disk: OutsideDisk;

  constructor(path: string, disk: OutsideDisk = nodeDisk) {
    this.path = path;
    this.#disk = disk;
  }

  /** Empty when there is none yet, or none that can be read: it is about what was, and is found out anew. */
  async readState(): Promise<readonly PlaceState[]> {
    const bytes = await this.#disk.read(join(this.path, "state.json"));
    return bytes === undefined ? [] : parseState(bytes.toString("utf8"));
  }

  /** @throws AnchorError OUTSIDE_STATE_FAILED */
  writeState(places: readonly PlaceState[]): Promise<void> {
    return this.#write("", "state.json", Buffer.from(formatState(places)));
  }

  readWitnessed(): Promise<string | undefined> {
    return this.#disk.read(join(this.path, "witnessed")).then((bytes) => bytes?.toString("utf8"));
  }

  /** @throws AnchorError OUTSIDE_STATE_FAILED */
  writeWitnessed(note: string): Promise<void> {
    return this.#write("", "witnessed", Buffer.from(note));
  }

  async readEvidence(kind: PlaceKind, name: string): Promise<string | undefined> {
    return (await this.#disk.read(join(this.path, kind, name)))?.toString("utf8");
  }

  /** @throws AnchorError OUTSIDE_STATE_FAILED */
  async keepEvidence(
    kind: PlaceKind,
    { bytes, name }: { readonly bytes: Buffer; readonly name: string },
    checkpoint: string,
  ): Promise<void> {
    if (!/^[A-Za-z0-9_][A-Za-z0-9._-]{0,120}$/.test(name) || /\.(tmp|checkpoint)$/.test(name))
      throw new AnchorError("OUTSIDE_STATE_FAILED", `${JSON.stringify(name)} is no name for evidence`);
    // First what it is about: evidence of something unknown would be worth nothing.
    if (kind !== "witness") await this.#write(kind, `${name}.checkpoint`, Buffer.from(checkpoint));
    await this.#write(kind, name, bytes);
  }

  /** Returns its path below the folder. @throws AnchorError OUTSIDE_STATE_FAILED */
  async keepCheckpoint(folder: "contradictions" | "past", note: string): Promise<string> {
    const name = `${createHash("sha256").update(note).digest("hex").slice(0, 32)}.checkpoint`;
    await this.#write(folder, name, Buffer.from(note));
    return `${folder}/${name}`;
  }

  async #write(folder: string, name: string, bytes: Buffer): Promise<void> {
    const directory = join(this.path, folder);
    try {
      await this.#disk.makeDirectory(directory);
      await this.#disk.replace(join(directory, name), bytes);
      await this.#disk.syncDirectory(directory);
    } catch (cause) {
      const what = `${join(directory, name)} cannot be written: ${(cause as Error).message}`;
      throw new AnchorError("OUTSIDE_STATE_FAILED", `${what} — see to its permissions and the disk`, {
        cause,
      });
    }
  }
}

import { createHash } from "node:crypto";
import { join } from "node:path";
import { type Cosigner, type Disk, nodePrimitives } from "@custody/ledger";
import { parseCheckpoint, parseCosignerKey, parseNote, verifyCosignature } from "@custody/ledger/verifier";
import { AnchorError } from "../error.ts";
import { type CosignedTree, originOf } from "./judge.ts";

/** What a witness asks of a disk. */
export type WitnessDisk = Pick<Disk, "list" | "makeDirectory" | "read" | "replace" | "syncDirectory">;

/** More would say nothing new about a log that has gone bad, and anybody with its key could fill the disk. */
const REFUSED_MAX = 100;

/**
 * What a witness has cosigned, a file a log:
 *
 *     logs/<SHA-256 of the origin, in hex>     the latest cosigned checkpoint, with log's and witness's signature
 *     refused/<the same>-<size>-<digest>       signed checkpoints that contradict it
 */
export class WitnessStore {
  readonly #disk: WitnessDisk;
  readonly #logs: string;
  readonly #refused: string;

  constructor(directory: string, disk: WitnessDisk) {
    this.#disk = disk;
    this.#logs = join(directory, "logs");
    this.#refused = join(directory, "refused");
  }

  async prepare(): Promise<void> {
    await this.#disk.makeDirectory(this.#logs);
    await this.#disk.makeDirectory(this.#refused);
  }

  /** Whether anything was ever cosigned here. */
  async isEmpty(): Promise<boolean> {
    return (await this.#disk.list(this.#logs)).filter((name) => !name.endsWith(".tmp")).length === 0;
  }

  /** The latest cosigned checkpoint, a signed note. */
  async read(originHash: string): Promise<string | undefined> {
    return (await this.#disk.read(join(this.#logs, originHash)))?.toString("utf8");
  }

  /** Replaces it. When this resolves, it survives a power cut. */
  async keep(origin: string, note: string): Promise<void> {
    await this.#disk.replace(join(this.#logs, hashOfOrigin(origin)), Buffer.from(note), 0o644);
    await this.#disk.syncDirectory(this.#logs);
  }

  /** Keeps what was refused, as proof. Losing it would harm nobody, so it is not waited for to be durable. */
  async keepRefused(note: string, size: number): Promise<void> {
    if ((await this.#disk.list(this.#refused)).length >= REFUSED_MAX) return;
    const digest = createHash("sha256").update(parseNote(note).text).digest("hex").slice(0, 16);
    const name = `${hashOfOrigin(originOf(note))}-${size}-${digest}`;
    await this.#disk.replace(join(this.#refused, name), Buffer.from(note), 0o644);
  }

  /**
   * The tree that was cosigned last, or `undefined`. Our own cosignature on it is checked: without it, this is not what
   * we wrote, and what we would cosign next could contradict what we once did. The log's key may have changed since.
   */
  async latest(origin: string, cosigner: Cosigner): Promise<CosignedTree | undefined> {
    const hash = hashOfOrigin(origin);
    const note = await this.read(hash);
    if (note === undefined) return undefined;
    try {
      const { signatures, text } = parseNote(note);
      const checkpoint = parseCheckpoint(text);
      const key = await parseCosignerKey(cosigner.verifierKey, nodePrimitives);
      for (const { keyId, name, signature } of signatures) {
        if (keyId !== key.keyId || name !== key.name || checkpoint.origin !== origin) continue;
        if ((await verifyCosignature({ key, signature, text }, nodePrimitives)) !== undefined)
          return checkpoint;
      }
    } catch (cause) {
      throw damaged(join(this.#logs, hash), (cause as Error).message, cause);
    }
    throw damaged(join(this.#logs, hash), `${cosigner.name} has not cosigned it`);
  }
}

/** How a log is called in names and addresses (c2sp.org/tlog-witness, "Monitor Retrieval Mechanism"). */
export function hashOfOrigin(origin: string): string {
  return createHash("sha256").update(origin).digest("hex");
}

function damaged(file: string, why: string, cause?: unknown): AnchorError {
  return new AnchorError(
    "WITNESS_STATE_DAMAGED",
    `${file} is not what this witness wrote: ${why} — restore it from a copy only if that is the newest; else begin with a new directory, which gives a new key`,
    { cause },
  );
}

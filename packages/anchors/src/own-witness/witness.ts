import { join } from "node:path";
import {
  type AddCheckpoint,
  type Cosigner,
  DirectoryLock,
  LedgerError,
  nodeDisk,
  parseAddCheckpoint,
} from "@custody/ledger";
import { formatNote, type NoteSignature } from "@custody/ledger/verifier";
import { type CosignedTree, judge, type KnownLogs, originOf, type Verdict } from "./judge.ts";
import { ensureWitnessKey } from "./witness-key.ts";
import { type WitnessDisk, WitnessStore } from "./witness-store.ts";

export interface WitnessOptions {
  readonly directory: string;
  /** What the key is called that is made at the first start. */
  readonly name: string;
  readonly logs: KnownLogs;
  readonly nowMs: () => number;
  /** Told what an operator should know: a log that contradicts itself, a disk that fails. */
  readonly warn: (text: string) => void;
  readonly disk?: WitnessDisk;
}

/** An answer over HTTP, without HTTP. */
export interface WitnessAnswer {
  readonly status: 200 | 400 | 403 | 404 | 409 | 422 | 500;
  readonly contentType: string;
  readonly body: string;
}

const WARN_INTERVAL_MS = 60_000;

const TEXT = "text/plain; charset=utf-8";
const EMPTY_TREE: CosignedTree = {
  root: Buffer.from("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", "hex"),
  size: 0,
};

/**
 * A witness by https://c2sp.org/tlog-witness: it cosigns a checkpoint only if that follows from the one that it cosigned
 * before. What it cosigns is durable before it answers, and requests about one log are judged one after the other, so
 * it never vouches for two histories, whenever it is killed.
 */
export class Witness {
  readonly #options: WitnessOptions;
  readonly #cosigner: Cosigner;
  readonly #store: WitnessStore;
  readonly #latest: Map<string, CosignedTree>;
  readonly #lock: DirectoryLock;
  readonly #lines = new Map<string, Promise<unknown>>();
  readonly #warnedMs = new Map<string, number>();
  #failure: Error | undefined;

  private constructor(
    options: WitnessOptions,
    cosigner: Cosigner,
    store: WitnessStore,
    latest: Map<string, CosignedTree>,
    lock: DirectoryLock,
  ) {
    this.#options = options;
    this.#cosigner = cosigner;
    this.#store = store;
    this.#latest = latest;
    this.#lock = lock;
  }

  /** @throws LedgerError LEDGER_LOCKED, AnchorError WITNESS_STATE_DAMAGED */
  static async open(options: WitnessOptions): Promise<Witness> {
    const { directory, disk = nodeDisk, logs, name } = options;
    const store = new WitnessStore(directory, disk);
    await store.prepare();
    await nodeDisk.makeDirectory(join(directory, ".state"));
    const lock = await DirectoryLock.acquire(join(directory, ".state", "lock"));
    try {
      const cosigner = await ensureWitnessKey(directory, name);
      const latest = new Map<string, CosignedTree>();
      for (const origin of logs.keys()) {
        const tree = await store.latest(origin, cosigner);
        if (tree !== undefined) latest.set(origin, tree);
      }
      return new Witness(options, cosigner, store, latest, lock);
    } catch (error) {
      await lock.release();
      throw error;
    }
  }

  /** The public key that its cosignatures are checked with. */
  get verifierKey(): string {
    return this.#cosigner.verifierKey;
  }

  /** Answers a POST of `add-checkpoint`. Never throws for what a client can send. */
  async addCheckpoint(body: Uint8Array): Promise<WitnessAnswer> {
    let request: AddCheckpoint;
    try {
      request = parseAddCheckpoint(body);
    } catch (error) {
      if (!(error instanceof LedgerError)) throw error;
      return answer(400, error.message);
    }
    const origin = originOf(request.checkpoint);
    // Strangers do not get a line of their own: there could be any number of them.
    if (!this.#options.logs.has(origin)) return answer(404, "no log of this origin is known here");
    const turn = (this.#lines.get(origin) ?? Promise.resolve()).then(() => this.#decide(request, origin));
    this.#lines.set(
      origin,
      turn.catch(() => {}),
    );
    return turn;
  }

  /** Answers a GET of the latest cosigned checkpoint, by the hash of its log's origin; undefined when there is none. */
  async checkpoint(originHash: string): Promise<string | undefined> {
    return /^[0-9a-f]{64}$/.test(originHash) ? await this.#store.read(originHash) : undefined;
  }

  async close(): Promise<void> {
    await Promise.all(this.#lines.values());
    await this.#lock.release();
  }

  async #decide(request: AddCheckpoint, origin: string): Promise<WitnessAnswer> {
    // What the disk holds after a failure is in doubt, and a second try could seem to succeed over lost data.
    if (this.#failure !== undefined) return answer(500, "the witness cannot write; start it again");
    const latestOf = (known: string) => this.#latest.get(known) ?? EMPTY_TREE;
    const verdict = await judge(request, this.#options.logs, latestOf);
    if (verdict.kind === "refuse") return answer(verdict.status, verdict.why);
    if (verdict.kind === "conflict")
      return { body: `${verdict.size}\n`, contentType: "text/x.tlog.size", status: 409 };
    if (verdict.kind === "cosign") return this.#cosign(verdict, origin);
    this.#warn(origin, latestOf(origin).size, verdict);
    await this.#store.keepRefused(request.checkpoint, verdict.size).catch(() => {});
    return answer(422, verdict.why);
  }

  async #cosign(
    { checkpoint, signatures, text }: Verdict & { kind: "cosign" },
    origin: string,
  ): Promise<WitnessAnswer> {
    const { nowMs, warn } = this.#options;
    const cosignature = this.#cosigner.cosign(text, Math.floor(nowMs() / 1000));
    try {
      await this.#store.keep(origin, formatNote(text, [...signatures, cosignature]));
    } catch (error) {
      this.#failure = error as Error;
      warn(`nothing is cosigned any more, because the disk failed: ${(error as Error).message}`);
      return answer(500, "the witness cannot write");
    }
    this.#latest.set(origin, checkpoint);
    return { body: signatureLine(text, cosignature), contentType: TEXT, status: 200 };
  }

  /** Anybody who has seen a checkpoint can send it with a wrong proof, so this accuses nobody, and is not said often. */
  #warn(origin: string, latest: number, { size, why }: Verdict & { kind: "inconsistent" }): void {
    const nowMs = this.#options.nowMs();
    if (nowMs - (this.#warnedMs.get(origin) ?? Number.NEGATIVE_INFINITY) < WARN_INTERVAL_MS) return;
    this.#warnedMs.set(origin, nowMs);
    this.#options.warn(
      `a checkpoint of size ${size}, signed by ${origin}, was not shown to follow from the one of size ${latest}: ${why}`,
    );
  }
}

/** The one line, as it stands at the end of a note. */
function signatureLine(text: string, signature: NoteSignature): string {
  return formatNote(text, [signature]).slice(text.length + 1);
}

function answer(status: WitnessAnswer["status"], why: string): WitnessAnswer {
  return { body: `${why}\n`, contentType: TEXT, status };
}

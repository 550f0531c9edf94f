import { createHash } from "node:crypto";
import { formatAddCheckpoint, nodePrimitives } from "@custody/ledger";
import {
  formatNote,
  type NoteSignature,
  parseNote,
  type VerifierKey,
  verifyCosignature,
} from "@custody/ledger/verifier";
import { AnchorError } from "../error.ts";
import type { Fetch } from "../http/ask.ts";
import type { Kept, Place, SignedCheckpoint } from "../place.ts";
import { contradictionOf } from "./contradiction.ts";
import type { ProvableLedger } from "./provable-ledger.ts";
import type { ReachableWitness } from "./reachable-witnesses.ts";
import { askWitness, type WitnessReply } from "./witness-http.ts";

export interface WitnessPlaceOptions extends ReachableWitness {
  readonly everyMs: number;
  readonly fetch: Fetch;
  readonly ledger: ProvableLedger;
  readonly logKey: VerifierKey;
  /** The largest tree of this log that it is known to have cosigned, by its own cosignature. */
  readonly cosignedSize: number;
}

/** The size that a witness has may change between two questions, but not for ever. */
const QUESTIONS_MAX = 3;

/** What somebody else wrote goes into a message only so far. */
const SAID_MAX = 200;

const adviceFor: ReadonlyMap<number, string> = new Map([
  [403, "it knows this log by another key: give it the one that `custody keys verifier` prints"],
  [404, "it does not know this log: give it the key that `custody keys verifier` prints"],
]);

/** A witness by https://c2sp.org/tlog-witness, as a place that keeps checkpoints. */
export function witnessPlace(options: WitnessPlaceOptions): Place {
  const conversation = new Conversation(options);
  return {
    everyMs: options.everyMs,
    keep: (checkpoint) => conversation.keep(checkpoint),
    kind: "witness",
    name: options.witness.name,
  };
}

/** How the evidence of a witness is called: by its key, so that another key begins anew. */
export function evidenceNameOf({ key, name }: ReachableWitness["witness"]): string {
  return `${name.replaceAll(/[^A-Za-z0-9.-]/g, "_").slice(0, 60)}-${key.keyId}`;
}

class Conversation {
  readonly #options: WitnessPlaceOptions;
  readonly #url: string;
  /** What the witness has, as far as we know. */
  #size: number;
  #cosignedSize: number;

  constructor(options: WitnessPlaceOptions) {
    this.#options = options;
    this.#url = `${options.url}/add-checkpoint`;
    this.#size = options.cosignedSize;
    this.#cosignedSize = options.cosignedSize;
  }

  async keep(checkpoint: SignedCheckpoint): Promise<Kept> {
    for (let question = 0; question < QUESTIONS_MAX; question += 1) {
      if (this.#size > checkpoint.size) await this.#explainLarger(this.#size, checkpoint);
      const reply = await this.#ask(checkpoint);
      if (reply.status === 200) return this.#cosigned(reply, checkpoint);
      if (reply.status !== 409) throw await this.#refusal(reply, checkpoint);
      await this.#learnSize(reply, checkpoint);
    }
    throw new AnchorError(
      "PLACE_ANSWER_INVALID",
      `${this.#who()} has another size each time that it is asked — see who else sends it checkpoints`,
    );
  }

  async #ask(checkpoint: SignedCheckpoint): Promise<WitnessReply> {
    const { fetch, ledger } = this.#options;
    const proof = await ledger.proveConsistency(this.#size, checkpoint.size);
    const request = formatAddCheckpoint({ checkpoint: checkpoint.note, oldSize: this.#size, proof });
    return askWitness(fetch, this.#url, request);
  }

  /** Takes nothing but the witness's own cosignature, and only when it is right. */
  async #cosigned({ text: lines }: WitnessReply, checkpoint: SignedCheckpoint): Promise<Kept> {
    const { key } = this.#options.witness;
    const { signatures, text } = parseNote(checkpoint.note);
    const own = this.#signaturesIn(lines, text).filter(
      ({ keyId, name }) => keyId === key.keyId && name === key.name,
    );
    const [cosignature] = own;
    if (cosignature === undefined)
      throw new AnchorError(
        "PLACE_ANSWER_INVALID",
        `${this.#who()} answers without a cosignature of its key ${key.name}+${key.keyId} — compare it with what the witness says its key is`,
      );
    const { signature } = cosignature;
    if ((await verifyCosignature({ key, signature, text }, nodePrimitives)) === undefined)
      throw new AnchorError(
        "EVIDENCE_INVALID",
        `the cosignature of ${this.#who()} on the checkpoint of size ${checkpoint.size} is wrong — do not rely on this witness before it is known why`,
      );
    this.#size = checkpoint.size;
    this.#cosignedSize = checkpoint.size;
    const note = formatNote(text, [...signatures, cosignature]);
    return {
      cosignatures: [
        formatNote(text, [cosignature])
          .slice(text.length + 1)
          .trimEnd(),
      ],
      evidence: { bytes: Buffer.from(note), name: evidenceNameOf(this.#options.witness) },
    };
  }

  #signaturesIn(lines: string, text: string): readonly NoteSignature[] {
    try {
      return parseNote(`${text}\n${lines}`).signatures;
    } catch (cause) {
      throw new AnchorError(
        "PLACE_ANSWER_INVALID",
        `${this.#who()} answers with something else than signatures — check its URL`,
        { cause },
      );
    }
  }

  /** What a 409 says. */
  async #learnSize({ contentType, text }: WitnessReply, checkpoint: SignedCheckpoint): Promise<void> {
    const isSize = contentType.split(";")[0]?.trim() === "text/x.tlog.size";
    const size = isSize && /^(0|[1-9]\d{0,15})\n$/.test(text) ? Number(text) : Number.NaN;
    if (!Number.isSafeInteger(size) || size === this.#size)
      throw new AnchorError(
        "PLACE_ANSWER_INVALID",
        `${this.#who()} refuses a size, and does not say which one it has — check its URL`,
      );
    if (size < this.#cosignedSize)
      throw new AnchorError(
        "PLACE_CONTRADICTED",
        `${this.#who()} says that it has cosigned ${size} entries, and has cosigned ${this.#cosignedSize} before: it lost its state, or was put back to an older one — begin it anew, with a new key`,
      );
    if (size > checkpoint.size) await this.#explainLarger(size, checkpoint);
    this.#size = size;
  }

  /** The witness has a larger tree than the one at hand. */
  async #explainLarger(size: number, checkpoint: SignedCheckpoint): Promise<never> {
    const published = await this.#options.ledger.publishedSize();
    if (size <= published)
      throw new AnchorError(
        "PLACE_REFUSED",
        `${this.#who()} has a newer checkpoint than the one of size ${checkpoint.size} — the next one will do`,
      );
    throw await this.#contradiction(
      checkpoint,
      `has cosigned ${size} entries, and the ledger has published ${published}`,
    );
  }

  /** Any other answer than 200 and 409. */
  async #refusal({ status, text }: WitnessReply, checkpoint: SignedCheckpoint): Promise<AnchorError> {
    if (status === 422)
      return this.#contradiction(
        checkpoint,
        `says that the checkpoint of size ${checkpoint.size} does not follow from the one that it cosigned`,
      );
    const said = text.split("\n")[0]?.slice(0, SAID_MAX) ?? "";
    const advice = adviceFor.get(status) ?? "see its log";
    return new AnchorError(
      "PLACE_REFUSED",
      `${this.#who()} refuses the checkpoint with ${status}: ${said} — ${advice}`,
    );
  }

  #contradiction(checkpoint: SignedCheckpoint, what: string): Promise<AnchorError> {
    const { fetch, ledger, logKey, url } = this.#options;
    const hash = createHash("sha256").update(checkpoint.origin).digest("hex");
    return contradictionOf({
      claim: `${this.#who()} ${what}`,
      fetch,
      ledger,
      logKey,
      url: `${url}/${hash}/checkpoint`,
    });
  }

  #who(): string {
    const { url, witness } = this.#options;
    return `witness ${witness.name} (${url})`;
  }
}

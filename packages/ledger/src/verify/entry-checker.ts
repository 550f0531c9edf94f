import { HASH_BYTES, hashLeafInto } from "../merkle/hash.ts";
import { type Envelope, parseEnvelope } from "../verifier/envelope.ts";
import type { Findings } from "./finding.ts";

/** Follows the entries in order: each must continue its log, its session and its source. */
export class EntryChecker {
  readonly #findings: Findings;
  readonly #sessionLeaves = new Map<string, string>();
  readonly #sequences = new Map<string, number>();
  readonly #leafHash: Buffer = Buffer.alloc(HASH_BYTES);
  #previous: string = this.#leafHash.toString("base64");
  #epoch = 1;
  #index = 0;

  constructor(findings: Findings) {
    this.#findings = findings;
  }

  /** The leaf hash of the last entry, in memory that the next one overwrites. */
  get leafHash(): Buffer {
    return this.#leafHash;
  }

  /** The epoch of the last entry. */
  get epoch(): number {
    return this.#epoch;
  }

  /** Checks the next entry. Its leaf hash is in `leafHash` afterwards, whatever was found. */
  check(entry: Buffer, file: string): Envelope | undefined {
    const index = this.#index;
    this.#index += 1;
    const previous = this.#previous;
    hashLeafInto(this.#leafHash, 0, entry);
    this.#previous = this.#leafHash.toString("base64");
    let envelope: Envelope;
    try {
      envelope = parseEnvelope(entry);
    } catch (error) {
      this.#findings.add("ENTRY_INVALID", file, (error as Error).message, index);
      return undefined;
    }
    if (envelope.i !== index)
      this.#findings.add("ENTRY_INVALID", file, `it says that it is entry ${envelope.i}`, index);
    if (envelope.p !== previous)
      this.#findings.add("CHAIN_BROKEN", file, "it does not name the entry before it", index);
    if (envelope.e < this.#epoch)
      this.#findings.add("ENTRY_INVALID", file, `its epoch ${envelope.e} is over`, index);
    this.#epoch = envelope.e;
    this.#checkSession(envelope, file);
    this.#checkSequence(envelope, file);
    return envelope;
  }

  #checkSession({ i, ses, sp }: Envelope, file: string): void {
    if (ses === undefined) return;
    if (sp !== undefined && this.#sessionLeaves.get(ses) !== sp) {
      this.#findings.add("CHAIN_BROKEN", file, "it does not name the entry before it in its session", i);
    }
    this.#sessionLeaves.set(ses, this.#previous);
  }

  #checkSequence({ i, src, sq }: Envelope, file: string): void {
    const last = this.#sequences.get(src);
    if (last !== undefined && sq !== last + 1) {
      this.#findings.add("SEQUENCE_GAP", file, `its source counts ${sq} after ${last}`, i);
    }
    this.#sequences.set(src, sq);
  }
}

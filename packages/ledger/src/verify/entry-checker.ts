import { EnvelopeScanner, type ScannedEnvelope } from "../envelope/envelope-scanner.ts";
import { DIGEST_BYTES, type Digest, digestOf, digestText, isDigestText } from "../merkle/digest.ts";
import { hashLeafInPlace } from "../merkle/hash.ts";
import { type Envelope, parseEnvelope } from "../verifier/envelope.ts";
import type { Findings } from "./finding.ts";

/** An entry where it stands: behind its length, as in a bundle or a frame. */
export interface Entry {
  readonly bytes: Buffer;
  readonly start: number;
  readonly end: number;
}

/** Follows the entries in order: each must continue its log, its session and its source. */
export class EntryChecker {
  readonly #findings: Findings;
  readonly #scanner = new EnvelopeScanner();
  readonly #sessionLeaves = new Map<string, Digest>();
  readonly #sequences = new Map<string, number>();
  #previous: Digest = digestOf(Buffer.alloc(DIGEST_BYTES));
  #epoch = 1;
  #index = 0;

  constructor(findings: Findings) {
    this.#findings = findings;
  }

  /** The leaf hash of the last entry. */
  get leafHash(): Digest {
    return this.#previous;
  }

  /** The epoch of the last entry. */
  get epoch(): number {
    return this.#epoch;
  }

  /** Checks the next entry. Its leaf hash is in `leafHash` afterwards, whatever was found. */
  check(entry: Entry, file: string): Envelope | undefined {
    const { bytes, start, end } = entry;
    const index = this.#index;
    this.#index += 1;
    const previous = this.#previous;
    this.#previous = hashLeafInPlace(bytes, start, end);
    const scanned = this.#scanner.scan(bytes, start, end);
    const envelope = scanned ?? this.#parse(entry, file, index);
    if (envelope === undefined) return undefined;
    if (envelope.i !== index)
      this.#findings.add("ENTRY_INVALID", file, `it says that it is entry ${envelope.i}`, index);
    const isNext = scanned ? isDigestText(bytes, scanned.pAt, previous) : envelope.p === digestText(previous);
    if (!isNext) this.#findings.add("CHAIN_BROKEN", file, "it does not name the entry before it", index);
    if (envelope.e < this.#epoch)
      this.#findings.add("ENTRY_INVALID", file, `its epoch ${envelope.e} is over`, index);
    this.#epoch = envelope.e;
    this.#checkSession(envelope, scanned, bytes, file);
    this.#checkSequence(envelope, file);
    return envelope;
  }

  #parse({ bytes, start, end }: Entry, file: string, index: number): Envelope | undefined {
    try {
      return parseEnvelope(bytes.subarray(start, end));
    } catch (error) {
      this.#findings.add("ENTRY_INVALID", file, (error as Error).message, index);
      return undefined;
    }
  }

  #checkSession(envelope: Envelope, scanned: ScannedEnvelope | undefined, bytes: Buffer, file: string): void {
    const { i, ses } = envelope;
    if (ses === undefined) return;
    const last = this.#sessionLeaves.get(ses);
    const isMissing = scanned ? scanned.spAt === -1 : envelope.sp === undefined;
    if (!isMissing && !isSessionsLast(envelope, scanned, bytes, last)) {
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

function isSessionsLast(
  envelope: Envelope,
  scanned: ScannedEnvelope | undefined,
  bytes: Buffer,
  last: Digest | undefined,
): boolean {
  if (last === undefined) return false;
  return scanned ? isDigestText(bytes, scanned.spAt, last) : envelope.sp === digestText(last);
}

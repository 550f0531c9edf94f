import { LedgerError } from "./error.ts";
import type { KeyScope } from "./keys/key-scope.ts";
import { type Digest, digestBytes, NO_DIGEST } from "./merkle/digest.ts";
import { PAYLOAD_BYTES_MAX } from "./store/limits.ts";

/** What a caller hands to `append`, which copies it. The ledger does not look into the payload. */
export interface NewEntry {
  /** Lower-case words joined by dots, at most 64 characters; stays readable after the payload is destroyed. */
  readonly type: string;
  readonly timeMs: number;
  /** Which data key encrypts it. */
  readonly scope: KeyScope;
  /** Kept as a keyed reference, so that a session's entries can be told from others without naming it. */
  readonly session?: string;
  /** The writer within the caller, and its gap-free count. Kept as a keyed reference as well. */
  readonly source: string;
  readonly sequence: number;
  readonly payload: string | Uint8Array;
}

/** Where an entry went. */
export interface Appended {
  readonly index: number;
  readonly leafHash: Buffer;
}

/** The same, before and after it is known. Most callers never look at the hash, so no Buffer is made until one does. */
export class Place implements Appended {
  readonly index: number;
  /** Empty until the entry is committed. */
  leaf: Digest = NO_DIGEST;

  constructor(index: number) {
    this.index = index;
  }

  get leafHash(): Buffer {
    return digestBytes(this.leaf);
  }
}

/**
 * How safe an entry must be before `append` resolves.
 *
 * - `queued`: in order; written with the next commit, at most 20 ms later.
 * - `written`: handed to the operating system; survives a killed process.
 * - `durable`: fsynced; survives a power cut. The default.
 */
export type Safety = "queued" | "written" | "durable";

const RESERVED = /^(ledger|key)\./;
const TYPE = /^[a-z0-9][a-z0-9.-]{0,63}$/;

/**
 * Checks an entry, and returns how many bytes its payload has.
 *
 * @throws LedgerError ENTRY_INVALID, saying which limit is broken.
 */
export function checkEntry(entry: NewEntry): number {
  const payloadBytes = Buffer.byteLength(entry.payload);
  if (!knownTypes.has(entry.type)) checkType(entry.type);
  if (payloadBytes > PAYLOAD_BYTES_MAX)
    throw invalid(`its payload has ${payloadBytes} bytes, at most ${PAYLOAD_BYTES_MAX} are taken`);
  if (!Number.isSafeInteger(entry.sequence) || entry.sequence < 0)
    throw invalid(`its sequence ${entry.sequence} is no count`);
  if (!Number.isSafeInteger(entry.timeMs) || entry.timeMs < 0)
    throw invalid(`its time ${entry.timeMs} is not whole milliseconds`);
  return payloadBytes;
}

/** An entry that nobody else can change any more: the caller may use its memory again while it waits. */
export function copyEntry(entry: NewEntry): NewEntry {
  const { payload } = entry;
  return { ...entry, payload: typeof payload === "string" ? payload : Buffer.from(payload) };
}

/** Types that passed; a program has a few dozen, and they come a hundred thousand times a second. */
const knownTypes = new Set<string>();
const KNOWN_TYPES_MAX = 1000;

function checkType(type: string): void {
  if (!TYPE.test(type))
    throw invalid(`its type ${JSON.stringify(type)} is not lower-case words joined by dots`);
  if (RESERVED.test(type)) throw invalid(`types that begin with "ledger." or "key." are the ledger's own`);
  if (knownTypes.size < KNOWN_TYPES_MAX) knownTypes.add(type);
}

function invalid(reason: string): LedgerError {
  return new LedgerError("ENTRY_INVALID", `the entry is refused: ${reason}`);
}

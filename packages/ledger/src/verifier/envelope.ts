/**
 * An entry of the log is an envelope: what may be known for ever, and by anyone with the right to read the log. The
 * payload itself lies elsewhere, encrypted. The bytes are canonical JSON (RFC 8785), exactly these members in this order,
 * `ses` and `sp` only where there is a session and an earlier entry of it:
 *
 *     {"c":"…","e":1,"i":0,"k":"…","len":1024,"n":0,"p":"…","ses":"…","sp":"…","sq":0,"src":"…","t":"…","ten":"…",
 *      "ts":1700000000000,"v":1,"x":"…"}
 *
 * There is one text for each envelope. Otherwise an entry could be read in two ways, or hold what nobody sees.
 */
import { LedgerError } from "../error.ts";
import { decodeUtf8 } from "./utf8.ts";

/** Typically 500. A bundle holds 256 entries, and would take entries of up to 65,535 bytes. */
export const ENVELOPE_BYTES_MAX = 4096;

/** Hashes are base64 of 32 bytes; each has one such text, so equal hashes are equal strings. */
export interface Envelope {
  /** Commitment to the payload; see `commitment`. */
  readonly c: string;
  /** The epoch of the writer, from 1, which rises each time that the ledger is opened. */
  readonly e: number;
  /** The entry's index in the log. */
  readonly i: number;
  /** The id of the data key that the payload is encrypted under: 12 bytes, base64url. */
  readonly k: string;
  /** The payload's length, rounded up so that it does not give the contents away. */
  readonly len: number;
  /** The payload's place in its block. */
  readonly n: number;
  /** The leaf hash of the entry before this one; 32 zero bytes in the first. */
  readonly p: string;
  /** A keyed hash of the session: 22 characters of base64url. */
  readonly ses?: string;
  /** The leaf hash of the entry before this one in the same session. */
  readonly sp?: string;
  /** The sequence number that the source gave, so that a gap can be seen. */
  readonly sq: number;
  /** A keyed hash of the source. */
  readonly src: string;
  /** The type of the record. */
  readonly t: string;
  /** A keyed hash of the tenant. */
  readonly ten: string;
  /** When the record was made, in milliseconds since 1970. */
  readonly ts: number;
  readonly v: 1;
  /** SHA-256 of the block, as stored, that holds the payload. */
  readonly x: string;
}

/**
 * Writes an envelope. The writer calls this for each entry, so nothing is checked here: the members must be what
 * `Envelope` says, or `parseEnvelope` will refuse the entry, and it stays in the log for good.
 */
export function formatEnvelope(envelope: Envelope): string {
  const { c, e, i, k, len, n, p, ses, sp, sq, src, t, ten, ts, x } = envelope;
  const session = ses === undefined ? "" : `"ses":"${ses}",`;
  const previous = sp === undefined ? "" : `"sp":"${sp}",`;
  return (
    `{"c":"${c}","e":${e},"i":${i},"k":"${k}","len":${len},"n":${n},"p":"${p}",${session}${previous}"sq":${sq},` +
    `"src":"${src}","t":"${t}","ten":"${ten}","ts":${ts},"v":1,"x":"${x}"}`
  );
}

/** Reads an envelope; throws `ENVELOPE_MALFORMED` unless the bytes are the one text that it has. */
export function parseEnvelope(bytes: Uint8Array): Envelope {
  if (bytes.length > ENVELOPE_BYTES_MAX) return refuse(`it is longer than ${ENVELOPE_BYTES_MAX} bytes`);
  const text = decodeUtf8(bytes);
  const match = text === undefined ? null : PATTERN.exec(text);
  if (match === null) return refuse("it does not have the right members, in the right order and form");
  const [, c, e, i, k, len, n, p, ses, sp, sq, src, t, ten, ts, x] = match;
  const envelope: { -readonly [Member in keyof Envelope]: Envelope[Member] } = {
    c: c!,
    e: Number(e),
    i: Number(i),
    k: k!,
    len: Number(len),
    n: Number(n),
    p: p!,
    sq: Number(sq),
    src: src!,
    t: t!,
    ten: ten!,
    ts: Number(ts),
    v: 1,
    x: x!,
  };
  // Verifying a log does this for each entry, and spreading them in would cost as much as all the rest.
  if (ses !== undefined) envelope.ses = ses;
  if (sp !== undefined) envelope.sp = sp;
  checkNumbers(envelope);
  // The pattern allows no other text already. Strictness should not rest on one regular expression.
  if (formatEnvelope(envelope) !== text) return refuse("it is not in canonical form");
  return envelope;
}

/** 43 characters and a padding; the last character carries four bits only. */
const HASH = "([A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=)";
const NUMBER = "(0|[1-9][0-9]{0,15})";
const REFERENCE = "([A-Za-z0-9_-]{22})";

const PATTERN = new RegExp(
  `^\\{"c":"${HASH}","e":${NUMBER},"i":${NUMBER},"k":"([A-Za-z0-9_-]{16})","len":${NUMBER},"n":${NUMBER},"p":"${HASH}",` +
    `(?:"ses":"${REFERENCE}",)?(?:"sp":"${HASH}",)?"sq":${NUMBER},"src":"${REFERENCE}","t":"([a-z0-9.-]{1,64})",` +
    `"ten":"${REFERENCE}","ts":${NUMBER},"v":1,"x":"${HASH}"\\}$`,
);

function checkNumbers({ e, i, len, n, sp, ses, sq, ts }: Envelope): void {
  // Above 2^53 - 1 two texts would be read as one number.
  if (Math.max(e, i, len, n, sq, ts) > Number.MAX_SAFE_INTEGER) refuse("a number is too large to be exact");
  if (e === 0) refuse("epochs begin at 1");
  if (sp !== undefined && ses === undefined) refuse("it follows an entry of a session, but has none");
}

function refuse(why: string): never {
  throw new LedgerError("ENVELOPE_MALFORMED", `Not an envelope: ${why}`);
}

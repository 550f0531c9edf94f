import { DIGEST_CHARACTERS } from "../merkle/digest.ts";
import { ENVELOPE_BYTES_MAX, type Envelope } from "../verifier/envelope.ts";
import { alphabet, KnownText } from "./known-text.ts";

/** An envelope, and where its hashes stand in the bytes that it was read from; `sp` at -1 when it is missing. */
export interface ScannedEnvelope extends Envelope {
  readonly pAt: number;
  readonly spAt: number;
}

const latin1 = (text: string) => Buffer.from(text, "latin1");

const LABELS = {
  c: latin1('{"c":"'),
  e: latin1('","e":'),
  i: latin1(',"i":'),
  k: latin1(',"k":"'),
  len: latin1('","len":'),
  n: latin1(',"n":'),
  p: latin1(',"p":"'),
  ses: latin1('","ses":"'),
  sp: latin1('","sp":"'),
  sq: latin1('","sq":'),
  src: latin1(',"src":"'),
  t: latin1('","t":"'),
  ten: latin1('","ten":"'),
  ts: latin1('","ts":'),
  x: latin1(',"v":1,"x":"'),
  end: latin1('"}'),
};

const ALPHANUMERIC = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
const BASE64 = alphabet(`${ALPHANUMERIC}+/`);
/** The last character of a hash carries four bits only. */
const BASE64_OF_FOUR_BITS = alphabet("AEIMQUYcgkosw048");
const BASE64URL = alphabet(`${ALPHANUMERIC}-_`);
const TYPE = alphabet("abcdefghijklmnopqrstuvwxyz0123456789.-");
const HASH = alphabet(`${ALPHANUMERIC}+/=`);

const KEY_CHARACTERS = 16;
const REFERENCE_CHARACTERS = 22;
const TYPE_CHARACTERS_MAX = 64;
const DIGITS_MAX = 16;

const PADDING = 0x3d;
const ZERO = 0x30;
const NINE = 0x39;

/**
 * Reads the envelopes of a log, one behind the other, several times as fast as `parseEnvelope`.
 *
 * It only ever says yes: what it does not know to be a well-formed envelope is left to `parseEnvelope`, which has the
 * last word, and the reasons.
 */
export class EnvelopeScanner {
  #bytes: Buffer = Buffer.alloc(0);
  #at = 0;
  #isWellFormed = true;
  readonly #k = new KnownText(BASE64URL, KEY_CHARACTERS);
  readonly #ses = new KnownText(BASE64URL, REFERENCE_CHARACTERS);
  readonly #src = new KnownText(BASE64URL, REFERENCE_CHARACTERS);
  readonly #t = new KnownText(TYPE, TYPE_CHARACTERS_MAX);
  readonly #ten = new KnownText(BASE64URL, REFERENCE_CHARACTERS);
  readonly #x = new KnownText(HASH, DIGEST_CHARACTERS);

  /** The envelope between `start` and `end`; undefined when it may be none. */
  scan(bytes: Buffer, start: number, end: number): ScannedEnvelope | undefined {
    if (end - start > ENVELOPE_BYTES_MAX || end > bytes.length) return undefined;
    this.#bytes = bytes;
    this.#at = start;
    this.#isWellFormed = true;
    const envelope = this.#read();
    // What was read beyond the end is not this envelope's, but then it does not end there either.
    return this.#isWellFormed && this.#at === end ? (envelope as unknown as ScannedEnvelope) : undefined;
  }

  #read(): Scanned {
    const cAt = this.#hash(LABELS.c);
    const e = this.#number(LABELS.e);
    const i = this.#number(LABELS.i);
    const k = this.#text(LABELS.k, this.#k, KEY_CHARACTERS);
    const len = this.#number(LABELS.len);
    const n = this.#number(LABELS.n);
    const pAt = this.#hash(LABELS.p);
    const ses = this.#isNext(LABELS.ses)
      ? this.#text(LABELS.ses, this.#ses, REFERENCE_CHARACTERS)
      : undefined;
    const spAt = ses !== undefined && this.#isNext(LABELS.sp) ? this.#hash(LABELS.sp) : -1;
    const sq = this.#number(LABELS.sq);
    const src = this.#text(LABELS.src, this.#src, REFERENCE_CHARACTERS);
    const t = this.#type();
    const ten = this.#text(LABELS.ten, this.#ten, REFERENCE_CHARACTERS);
    const ts = this.#number(LABELS.ts);
    const x = this.#known(this.#hash(LABELS.x), this.#x, DIGEST_CHARACTERS);
    this.#pass(LABELS.end);
    if (e === 0) this.#isWellFormed = false;
    return new Scanned(this.#bytes, { cAt, e, i, k, len, n, pAt, ses, spAt, sq, src, t, ten, ts, x });
  }

  #isNext(label: Buffer): boolean {
    const bytes = this.#bytes;
    for (let index = 0; index < label.length; index += 1)
      if (bytes[this.#at + index] !== label[index]) return false;
    return true;
  }

  #pass(label: Buffer): void {
    if (!this.#isNext(label)) this.#isWellFormed = false;
    this.#at += label.length;
  }

  /** Where the hash behind `label` stands. */
  #hash(label: Buffer): number {
    this.#pass(label);
    const bytes = this.#bytes;
    const at = this.#at;
    const last = at + DIGEST_CHARACTERS - 2;
    for (let index = at; index < last; index += 1)
      if (BASE64[bytes[index] as number] !== 1) this.#isWellFormed = false;
    if (BASE64_OF_FOUR_BITS[bytes[last] as number] !== 1 || bytes[last + 1] !== PADDING)
      this.#isWellFormed = false;
    this.#at = at + DIGEST_CHARACTERS;
    return at;
  }

  #number(label: Buffer): number {
    this.#pass(label);
    const bytes = this.#bytes;
    const begin = this.#at;
    let value = 0;
    let at = begin;
    for (let byte = bytes[at] as number; byte >= ZERO && byte <= NINE; byte = bytes[at] as number) {
      value = value * 10 + (byte - ZERO);
      at += 1;
      if (at - begin > DIGITS_MAX) break;
    }
    const isOnlyText = at > begin && (bytes[begin] !== ZERO || at === begin + 1);
    if (!isOnlyText || value > Number.MAX_SAFE_INTEGER) this.#isWellFormed = false;
    this.#at = at;
    return value;
  }

  #text(label: Buffer, known: KnownText, length: number): string {
    this.#pass(label);
    const text = this.#known(this.#at, known, length);
    this.#at += length;
    return text;
  }

  #type(): string {
    this.#pass(LABELS.t);
    const bytes = this.#bytes;
    const begin = this.#at;
    let at = begin;
    while (TYPE[bytes[at] as number] === 1 && at - begin < TYPE_CHARACTERS_MAX) at += 1;
    if (at === begin) this.#isWellFormed = false;
    this.#at = at;
    return this.#known(begin, this.#t, at - begin);
  }

  #known(at: number, known: KnownText, length: number): string {
    const text = known.read(this.#bytes, at, length);
    if (text === undefined) this.#isWellFormed = false;
    return text ?? "";
  }
}

type Places = { readonly cAt: number; readonly pAt: number; readonly spAt: number };
type Members = Omit<Envelope, "v" | "c" | "p" | "sp" | "ses"> & { readonly ses: string | undefined };

/** An `Envelope`, but for its types: they ask that what may be missing is missing, which a member of a class cannot be. */
class Scanned {
  readonly v = 1;
  readonly e: number;
  readonly i: number;
  readonly k: string;
  readonly len: number;
  readonly n: number;
  readonly ses: string | undefined;
  readonly sq: number;
  readonly src: string;
  readonly t: string;
  readonly ten: string;
  readonly ts: number;
  readonly x: string;
  readonly pAt: number;
  readonly spAt: number;
  readonly #bytes: Buffer;
  readonly #cAt: number;

  constructor(bytes: Buffer, members: Members & Places) {
    this.e = members.e;
    this.i = members.i;
    this.k = members.k;
    this.len = members.len;
    this.n = members.n;
    this.ses = members.ses;
    this.sq = members.sq;
    this.src = members.src;
    this.t = members.t;
    this.ten = members.ten;
    this.ts = members.ts;
    this.x = members.x;
    this.pAt = members.pAt;
    this.spAt = members.spAt;
    this.#bytes = bytes;
    this.#cAt = members.cAt;
  }

  get c(): string {
    return this.#hashAt(this.#cAt);
  }

  get p(): string {
    return this.#hashAt(this.pAt);
  }

  get sp(): string | undefined {
    return this.spAt === -1 ? undefined : this.#hashAt(this.spAt);
  }

  #hashAt(at: number): string {
    return this.#bytes.toString("latin1", at, at + DIGEST_CHARACTERS);
  }
}

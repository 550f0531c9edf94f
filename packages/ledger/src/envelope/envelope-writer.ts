import { type Digest, digestText, putDigestText } from "../merkle/digest.ts";
import { type Envelope, formatEnvelope } from "../verifier/envelope.ts";

/** An envelope's members, with those that may be missing said to be, and hashes as they come from hashing. */
export interface EnvelopeMembers extends Omit<Envelope, "v" | "c" | "p" | "ses" | "sp" | "x"> {
  readonly c: Digest;
  readonly p: Digest;
  readonly ses: string | undefined;
  readonly sp: Digest | undefined;
  readonly x: Digest;
}

/** Where the members stand in a text; those that are missing nowhere. */
type Places = { readonly [Member in keyof EnvelopeMembers]: number };

/** The last envelope of one layout: its text, and what stands where in it. */
interface Template {
  readonly text: Buffer;
  readonly places: Places;
  members: EnvelopeMembers;
}

/** More layouts than a log has at a time: they differ in the digits of numbers and the lengths of types. */
const TEMPLATES_MAX = 64;

/**
 * Writes envelopes, with the same bytes as `formatEnvelope`.
 *
 * Most differ from an earlier one in a few members that take the same room. So the last one of each layout is kept,
 * changed in those places, and copied out, which takes a third of the time that making a text and encoding it does.
 */
export class EnvelopeWriter {
  readonly #templates = new Map<number, Template>();
  #template: Template | undefined;
  #layout = -1;

  /** Writes the envelope at `offset` and returns where it ends. */
  write(target: Buffer, offset: number, members: EnvelopeMembers): number {
    const layout = layoutOf(members);
    if (layout !== this.#layout || this.#template === undefined) {
      this.#template = this.#find(layout, members);
      this.#layout = layout;
    }
    const { text } = this.#template;
    change(this.#template, members);
    target.set(text, offset);
    return offset + text.length;
  }

  #find(layout: number, members: EnvelopeMembers): Template {
    const known = this.#templates.get(layout);
    if (known !== undefined) return known;
    if (this.#templates.size === TEMPLATES_MAX) this.#templates.clear();
    const text = formatMembers(members);
    const template = { text: Buffer.from(text, "latin1"), places: placesIn(text, members), members };
    this.#templates.set(layout, template);
    return template;
  }
}

/** A number that two envelopes share when every member of one takes as much room as in the other. */
function layoutOf({ e, i, len, n, ses, sp, sq, t, ts }: EnvelopeMembers): number {
  const presence = sp !== undefined ? 2 : ses !== undefined ? 1 : 0;
  let layout = t.length * 3 + presence;
  layout = layout * DIGITS_MAX + digitsOf(e);
  layout = layout * DIGITS_MAX + digitsOf(i);
  layout = layout * DIGITS_MAX + digitsOf(len);
  layout = layout * DIGITS_MAX + digitsOf(n);
  layout = layout * DIGITS_MAX + digitsOf(sq);
  return layout * DIGITS_MAX + digitsOf(ts);
}

/** Counts have at most 16 digits. */
const DIGITS_MAX = 17;

function digitsOf(number: number): number {
  let digits = 1;
  for (let limit = 10; number >= limit; limit *= 10) digits += 1;
  return digits;
}

function formatMembers({ c, e, i, k, len, n, p, ses, sp, sq, src, t, ten, ts, x }: EnvelopeMembers): string {
  const hashes = { c: digestText(c), p: digestText(p), x: digestText(x) };
  const session = ses === undefined ? undefined : { ses };
  const previous = sp === undefined ? undefined : { sp: digestText(sp) };
  return formatEnvelope({ e, i, k, len, n, sq, src, t, ten, ts, v: 1, ...hashes, ...session, ...previous });
}

/** No value can hold a quotation mark, so the first text that looks like a label is one. */
function placesIn(text: string, { ses, sp }: EnvelopeMembers): Places {
  let at = 0;
  const behind = (label: string) => {
    at = text.indexOf(label, at) + label.length;
    return at;
  };
  return {
    c: behind('"c":"'),
    e: behind('"e":'),
    i: behind('"i":'),
    k: behind('"k":"'),
    len: behind('"len":'),
    n: behind('"n":'),
    p: behind('"p":"'),
    ses: ses === undefined ? 0 : behind('"ses":"'),
    sp: sp === undefined ? 0 : behind('"sp":"'),
    sq: behind('"sq":'),
    src: behind('"src":"'),
    t: behind('"t":"'),
    ten: behind('"ten":"'),
    ts: behind('"ts":'),
    x: behind('"x":"'),
  };
}

/** Puts other members into a text of the same layout. Most of the time most of them are the same. */
function change(template: Template, to: EnvelopeMembers): void {
  const { members: from, places, text } = template;
  template.members = to;
  putDigestText(text, places.c, to.c);
  if (to.e !== from.e) putNumber(text, places.e, to.e);
  putNumber(text, places.i, to.i);
  if (to.k !== from.k) putText(text, places.k, to.k);
  if (to.len !== from.len) putNumber(text, places.len, to.len);
  if (to.n !== from.n) putNumber(text, places.n, to.n);
  putDigestText(text, places.p, to.p);
  if (to.ses !== undefined && to.ses !== from.ses) putText(text, places.ses, to.ses);
  if (to.sp !== undefined && to.sp !== from.sp) putDigestText(text, places.sp, to.sp);
  if (to.sq !== from.sq) putNumber(text, places.sq, to.sq);
  if (to.src !== from.src) putText(text, places.src, to.src);
  if (to.t !== from.t) putText(text, places.t, to.t);
  if (to.ten !== from.ten) putText(text, places.ten, to.ten);
  if (to.ts !== from.ts) putNumber(text, places.ts, to.ts);
  if (to.x !== from.x) putDigestText(text, places.x, to.x);
}

/** ASCII only. A loop, because a call of `write` costs more than moving 22 bytes. */
function putText(bytes: Buffer, offset: number, text: string): void {
  for (let at = 0; at < text.length; at += 1) bytes[offset + at] = text.charCodeAt(at);
}

/** Last digit first. The difference comes before the sum, which would not be exact for the largest numbers. */
function putNumber(bytes: Buffer, offset: number, number: number): void {
  let rest = number;
  for (let at = offset + digitsOf(number) - 1; at >= offset; at -= 1) {
    const tens = Math.floor(rest / 10);
    bytes[at] = 48 + (rest - tens * 10);
    rest = tens;
  }
}

import { AnchorError } from "../error.ts";
import { readOid } from "./oid.ts";
import { tags } from "./tags.ts";
import { readTime } from "./time.ts";

/** One value, as it stands in the encoding. */
export interface Element {
  readonly tag: number;
  readonly content: Buffer;
  /** Tag, length and content. */
  readonly bytes: Buffer;
}

/**
 * Reads values in the Distinguished Encoding Rules (X.690, section 10), one after the other.
 *
 * What is signed is bytes, so there must be one way to write each value: indefinite lengths, lengths that are longer
 * than they must be, and bytes that nobody asked for are refused. Whoever has read all that there may be calls
 * `finish`.
 */
export class DerReader {
  readonly #bytes: Buffer;
  readonly #what: string;
  #offset = 0;

  /** `what` is read, in the words of its specification: it stands in errors. */
  constructor(bytes: Buffer, what: string) {
    this.#bytes = bytes;
    this.#what = what;
  }

  get hasMore(): boolean {
    return this.#offset < this.#bytes.length;
  }

  /** The tag of the next value; undefined at the end. */
  get nextTag(): number | undefined {
    return this.#bytes[this.#offset];
  }

  take(tag: number): Element {
    if (this.nextTag !== tag) this.#refuse(`it has no value of type ${tag} where there must be one`);
    return this.takeAny();
  }

  takeOptional(tag: number): Element | undefined {
    return this.nextTag === tag ? this.takeAny() : undefined;
  }

  takeAny(): Element {
    const start = this.#offset;
    const tag = this.#byte();
    // A number of its own behind the tag: no structure that we read has one.
    if ((tag & 0x1f) === 0x1f) this.#refuse("a tag is longer than one byte");
    const length = this.#length();
    const end = this.#offset + length;
    if (end > this.#bytes.length) this.#refuse("a length points past its end");
    const content = this.#bytes.subarray(this.#offset, end);
    this.#offset = end;
    return { tag, content, bytes: this.#bytes.subarray(start, end) };
  }

  /** What is inside of the next value, which is of this type: a sequence unless another is named. */
  inside(tag: number = tags.sequence): DerReader {
    return new DerReader(this.take(tag).content, this.#what);
  }

  integer(): bigint {
    const { content } = this.take(tags.integer);
    const [first = this.#refuse("an integer is empty"), second] = content;
    const isPadded = second !== undefined && (first === 0 ? second < 0x80 : first === 0xff && second >= 0x80);
    if (isPadded) this.#refuse("an integer is longer than it must be");
    return BigInt.asIntN(content.length * 8, BigInt(`0x${content.toString("hex")}`));
  }

  oid(): string {
    return readOid(this.take(tags.oid).content) ?? this.#refuse("an object identifier is malformed");
  }

  octets(): Buffer {
    return this.take(tags.octetString).content;
  }

  boolean(): boolean {
    const { content } = this.take(tags.boolean);
    if (content.length !== 1 || (content[0] !== 0 && content[0] !== 0xff))
      this.#refuse("a boolean is neither");
    return content[0] === 0xff;
  }

  /** Milliseconds since 1970, of a value of either type of time. */
  timeMs(): number {
    return readTime(this.takeAny()) ?? this.#refuse("a time is malformed");
  }

  /** Nothing may follow. */
  finish(): void {
    if (this.hasMore) this.#refuse("there is more in it than there may be");
  }

  #byte(): number {
    return this.#bytes[this.#offset++] ?? this.#refuse("it ends too early");
  }

  #length(): number {
    const first = this.#byte();
    if (first < 0x80) return first;
    const count = first & 0x7f;
    if (count === 0 || count > 4) this.#refuse("a length is indefinite or too long");
    let length = 0;
    for (let at = 0; at < count; at += 1) length = length * 256 + this.#byte();
    const shortest = length < 0x80 ? 0 : Math.ceil((32 - Math.clz32(length)) / 8);
    if (count !== shortest) this.#refuse("a length is longer than it must be");
    return length;
  }

  #refuse(why: string): never {
    throw new AnchorError("EVIDENCE_MALFORMED", `Not a ${this.#what}: ${why}`);
  }
}

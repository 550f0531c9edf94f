import { WireError } from "../error.ts";
import { decodeText } from "./text.ts";

/**
 * Reads the fields of one message body, front to back, and never a byte beyond it.
 *
 * Every length and count is compared with what is left before it is used, so a lying one is an error instead of a
 * read into the next message or a huge allocation. `finish` is part of every decoder: a body with more bytes than its
 * message has fields is read differently by somebody else.
 */
export class BodyReader {
  readonly #body: Buffer;
  readonly #message: string;
  #offset = 0;

  /** `message` is the specification's name, for error texts. Returned buffers are views of `body`, not copies. */
  constructor(body: Buffer, message: string) {
    this.#body = body;
    this.#message = message;
  }

  byte(): number {
    return this.#body.readUInt8(this.#take(1));
  }

  int16(): number {
    return this.#body.readInt16BE(this.#take(2));
  }

  /** Counts are Int16 in the specification, but the server and libpq both use them up to 65,535. */
  uint16(): number {
    return this.#body.readUInt16BE(this.#take(2));
  }

  int32(): number {
    return this.#body.readInt32BE(this.#take(4));
  }

  uint32(): number {
    return this.#body.readUInt32BE(this.#take(4));
  }

  /** Reads a String of the specification: bytes up to a NUL, which is consumed. */
  text(): string {
    const start = this.#offset;
    return decodeText(this.#body, start, this.#skipText());
  }

  /** The bytes of a String, without its NUL. */
  textBytes(): Buffer {
    const start = this.#offset;
    return this.#body.subarray(start, this.#skipText());
  }

  bytes(size: number): Buffer {
    const start = this.#take(size);
    return this.#body.subarray(start, this.#offset);
  }

  /** Reads an Int32 length and that many bytes; the length -1 stands for NULL, and no other negative one exists. */
  sizedBytes(): Buffer | null {
    const size = this.int32();
    if (size === -1) return null;
    if (size < 0) this.fail("has a negative length");
    return this.bytes(size);
  }

  /** Reads `count` items, each at least `itemBytesMin` long on the wire: a count that cannot fit fails at once. */
  list<Item>(count: number, itemBytesMin: number, read: (reader: BodyReader) => Item): Item[] {
    if (count < 0 || count * itemBytesMin > this.remainingBytes) this.#failTruncated();
    const items: Item[] = [];
    for (let index = 0; index < count; index += 1) items.push(read(this));
    return items;
  }

  rest(): Buffer {
    return this.bytes(this.remainingBytes);
  }

  get remainingBytes(): number {
    return this.#body.length - this.#offset;
  }

  /** Says that the message is over. */
  finish(): void {
    if (this.remainingBytes > 0) this.fail("has bytes after its last field");
  }

  /** Refuses the message; `why` continues the sentence that its name begins. */
  fail(why: string): never {
    throw new WireError("MESSAGE_MALFORMED", `${this.#message} ${why}.`, { offset: this.#offset });
  }

  #skipText(): number {
    const end = this.#body.indexOf(0, this.#offset);
    if (end === -1) this.#failTruncated();
    this.#offset = end + 1;
    return end;
  }

  #take(size: number): number {
    const start = this.#offset;
    if (size > this.remainingBytes) this.#failTruncated();
    this.#offset = start + size;
    return start;
  }

  #failTruncated(): never {
    const options = { offset: this.#offset };
    throw new WireError("MESSAGE_TRUNCATED", `${this.#message} ends inside a field.`, options);
  }
}

/** For the messages that consist of their type alone. */
export function requireEmptyBody(body: Buffer, message: string): void {
  new BodyReader(body, message).finish();
}

import { WireError, type WireErrorCode } from "../error.ts";
import { deliveredFrame, type FrameTable, streamedFrame, unknownFrame } from "./frame-table.ts";
import { PartialMessage } from "./partial-message.ts";

/** A statement of 16 MiB, and some room for its message's names and values. */
export const maxMessageBytesDefault: number = 16 * 1024 * 1024 + 64 * 1024;

/** One type byte, and a length word that counts itself and the body. */
const headerBytes = 5;

/**
 * What a scanner found, in the order of the stream. A visitor must not call the scanner; if it throws, the scanner
 * stops.
 *
 * Offsets are in the chunk being scanned. A message that began in an earlier chunk has a negative `start`: minus
 * the count of its bytes in earlier chunks. So `chunk.subarray(Math.max(start, 0), end)` is the part of a message
 * that is still to be relayed, in the bytes that were received.
 */
export interface FrameVisitor {
  /**
   * A delivered message is complete. `raw` is all of it, header included; its body is `raw.subarray(5)`. If the
   * message lay in one chunk, `raw` is a view of it: a reader that reuses its chunks must copy what it keeps.
   */
  onMessage(type: number, raw: Buffer, start: number, end: number): void;

  /**
   * The header of a passed or streamed message was read. It ends at `start + 5 + bodyBytes`, which may be in a later
   * chunk: beyond this one's length.
   */
  onPassed(type: number, bodyBytes: number, start: number): void;

  /** The next piece of a streamed message's body, never empty: a view of the chunk. The pieces add up to the body. */
  onPayload(type: number, piece: Buffer): void;
}

/**
 * Finds the messages in one direction of a connection, chunk by chunk, without touching the bytes.
 *
 * A proxy relays the chunks it received, cut where it must wait; this only says where messages are and shows those
 * that matter. The common case costs a header read per message, and no allocation for passed ones. One scanner
 * serves one direction, from the first typed message on; it does not know the startup packets, the byte that
 * answers an SSLRequest, nor TLS.
 *
 * Any failure is final, for the boundary of the next message is then unknown, and the connection must be closed.
 */
export class FrameScanner {
  readonly #handlings: Uint8Array;
  readonly #maxMessageBytes: number;
  /** At most one of these is in use between chunks: a split header, a message to collect, a body to walk over. */
  #header: PartialMessage | undefined;
  #partial: PartialMessage | undefined;
  #passingBytes = 0;
  #passingType = 0;
  #streamOffset = 0;
  #usable = true;

  /** `maxMessageBytes` bounds the memory for one delivered message, header included. */
  constructor(table: FrameTable, options: { maxMessageBytes?: number } = {}) {
    this.#handlings = table.handlings;
    this.#maxMessageBytes = options.maxMessageBytes ?? maxMessageBytesDefault;
  }

  /** Shows the visitor what this chunk begins, continues and ends. Chunks may be cut anywhere, and be empty. */
  scan(chunk: Buffer, visitor: FrameVisitor): void {
    if (!this.#usable)
      throw new WireError("SCANNER_STOPPED", "The scanner has failed, or is scanning already.");
    this.#usable = false;
    const resumedAt = this.#resume(chunk, visitor);
    const headerAt = this.#walk(chunk, resumedAt, visitor);
    if (headerAt < chunk.length) this.#keepHeader(chunk, headerAt);
    this.#streamOffset += chunk.length;
    this.#usable = true;
  }

  /**
   * Whether the bytes so far end with a message: only then can a message of ours be put in, or the stream end well.
   */
  get isBetweenMessages(): boolean {
    return this.#passingBytes === 0 && this.#partial === undefined && this.#header === undefined;
  }

  /** Goes on with what an earlier chunk began, and returns the offset behind it. */
  #resume(chunk: Buffer, visitor: FrameVisitor): number {
    if (this.#passingBytes > 0) return this.#pass(chunk, 0, visitor);
    if (this.#partial !== undefined) return this.#collect(this.#partial, chunk, 0, visitor);
    if (this.#header !== undefined) return this.#completeHeader(this.#header, chunk, visitor);
    return 0;
  }

  /** The hot path: from header to header, as long as whole ones are in the chunk. Returns the offset it came to. */
  #walk(chunk: Buffer, from: number, visitor: FrameVisitor): number {
    let start = from;
    while (start + headerBytes <= chunk.length) {
      const type = chunk[start] as number;
      const bodyBytes = this.#checkedBodyBytes(chunk, start, start);
      const end = start + headerBytes + bodyBytes;
      if (this.#handlings[type] !== deliveredFrame) {
        visitor.onPassed(type, bodyBytes, start);
        start = this.#beginPassing(type, bodyBytes, chunk, start + headerBytes, visitor);
      } else if (end <= chunk.length) {
        visitor.onMessage(type, chunk.subarray(start, end), start, end);
        start = end;
      } else {
        this.#partial = new PartialMessage(end - start);
        return this.#partial.append(chunk, start);
      }
    }
    return start;
  }

  #keepHeader(chunk: Buffer, offset: number): void {
    this.#checkType(chunk[offset] as number, offset);
    this.#header = new PartialMessage(headerBytes);
    this.#header.append(chunk, offset);
  }

  #completeHeader(partial: PartialMessage, chunk: Buffer, visitor: FrameVisitor): number {
    const start = -partial.usedBytes;
    const offset = partial.append(chunk, 0);
    const header = partial.complete;
    if (header === undefined) return offset;
    this.#header = undefined;
    const type = header[0] as number;
    const bodyBytes = this.#checkedBodyBytes(header, 0, start);
    if (this.#handlings[type] !== deliveredFrame) {
      visitor.onPassed(type, bodyBytes, start);
      return this.#beginPassing(type, bodyBytes, chunk, offset, visitor);
    }
    this.#partial = new PartialMessage(headerBytes + bodyBytes);
    this.#partial.append(header, 0);
    return this.#collect(this.#partial, chunk, offset, visitor);
  }

  #collect(partial: PartialMessage, chunk: Buffer, from: number, visitor: FrameVisitor): number {
    const end = partial.append(chunk, from);
    const raw = partial.complete;
    if (raw !== undefined) {
      this.#partial = undefined;
      visitor.onMessage(raw[0] as number, raw, end - raw.length, end);
    }
    return end;
  }

  #beginPassing(type: number, bodyBytes: number, chunk: Buffer, from: number, visitor: FrameVisitor): number {
    this.#passingType = type;
    this.#passingBytes = bodyBytes;
    return this.#pass(chunk, from, visitor);
  }

  #pass(chunk: Buffer, from: number, visitor: FrameVisitor): number {
    const end = Math.min(chunk.length, from + this.#passingBytes);
    this.#passingBytes -= end - from;
    if (end > from && this.#handlings[this.#passingType] === streamedFrame) {
      visitor.onPayload(this.#passingType, chunk.subarray(from, end));
    }
    return end;
  }

  /** Checks the header at `offset` of `bytes`; `start` is where it begins in the current chunk. */
  #checkedBodyBytes(bytes: Buffer, offset: number, start: number): number {
    const type = bytes[offset] as number;
    this.#checkType(type, start);
    const length = bytes.readInt32BE(offset + 1);
    if (length < 4) this.#fail("LENGTH_INVALID", `A message claims a length of ${length}.`, start + 1);
    if (length >= this.#maxMessageBytes && this.#handlings[type] === deliveredFrame) {
      this.#fail("MESSAGE_TOO_LONG", `A message of ${length} bytes is above the limit.`, start + 1);
    }
    return length - 4;
  }

  #checkType(type: number, start: number): void {
    if (this.#handlings[type] !== unknownFrame) return;
    this.#fail("MESSAGE_UNKNOWN", `There is no message of type ${type} in this direction.`, start);
  }

  #fail(code: WireErrorCode, message: string, start: number): never {
    throw new WireError(code, message, { offset: this.#streamOffset + start });
  }
}

import { decodeReadyForQuery, type FrameVisitor, type TransactionStatus } from "@custody/wire/postgres";

/** What is kept of an answer until it is known whether it holds; one that is longer is not kept. */
const KEPT_BYTES_MAX = 16 * 1024 * 1024;

const COMMAND_COMPLETE = 0x43;
const ERROR = 0x45;
const READY = 0x5a;
const NOTIFICATION = 0x41;
const NOTICE = 0x4e;

/** The server's answer to a client's messages, kept as it came, up to its ReadyForQuery. */
export class RelayedAnswer implements FrameVisitor {
  #parts: Buffer[] = [];
  readonly #notifications: Buffer[] = [];
  #bytes = 0;
  /** Where the last CommandComplete stands among the parts. */
  #completedAt = -1;
  error: Buffer | undefined;
  /** Once it has come to its end. */
  status: TransactionStatus | undefined;

  get isFinished(): boolean {
    return this.status !== undefined;
  }

  /** Whoever sent the messages is told themselves. */
  readonly lastWords: undefined;

  /** It is not whole, and cannot be passed on. */
  get isTooLong(): boolean {
    return this.#bytes > KEPT_BYTES_MAX;
  }

  onMessage(type: number, raw: Buffer): void {
    if (type === READY) {
      this.status = decodeReadyForQuery(raw.subarray(5)).status;
      return;
    }
    if (type === ERROR) this.error = Buffer.from(raw);
    // What a client listens to comes in its own time, whatever becomes of its statement.
    if (type === NOTIFICATION) this.#notifications.push(Buffer.from(raw));
    if (type === COMMAND_COMPLETE) this.#completedAt = this.#parts.length;
    this.#keep(raw);
  }

  onPassed(type: number, bodyBytes: number): void {
    const header = Buffer.alloc(5);
    header[0] = type;
    header.writeUInt32BE(bodyBytes + 4, 1);
    this.#keep(header);
  }

  onPayload(_type: number, piece: Buffer): void {
    this.#keep(piece);
  }

  /** All of it, without its ReadyForQuery. */
  parts(): readonly Buffer[] {
    return this.#parts;
  }

  /** Likewise, when what it says was done is not committed for `error`: of a query string, that stands in the last completion's place. */
  partsWithError(error: Buffer, isQueryString: boolean): readonly Buffer[] {
    if (!isQueryString || this.#completedAt === -1) return [...this.#parts, error];
    return this.#parts.map((part, at) => (at === this.#completedAt ? error : part));
  }

  /** Likewise, when its commitment raised these: of a query string, they come before the last completion. */
  partsWithNotices(notices: readonly Buffer[], isQueryString: boolean): readonly Buffer[] {
    if (!isQueryString || this.#completedAt === -1) return [...this.#parts, ...notices];
    return this.#parts.toSpliced(this.#completedAt, 0, ...notices);
  }

  notices(): readonly Buffer[] {
    return this.#parts.filter((part) => part[0] === NOTICE);
  }

  /** What a client listens to, and is told whatever became of its statement. */
  notifications(): readonly Buffer[] {
    return this.#notifications;
  }

  #keep(part: Buffer): void {
    this.#bytes += part.length;
    if (this.isTooLong) this.#parts = [];
    else this.#parts.push(Buffer.from(part));
  }
}

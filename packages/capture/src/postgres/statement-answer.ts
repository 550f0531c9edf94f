import {
  decodeCommandComplete,
  decodeDataRow,
  decodeErrorResponse,
  decodeReadyForQuery,
  encodeCopyFail,
  type FrameVisitor,
  type ResponseField,
  type TransactionStatus,
} from "@custody/wire/postgres";
import type { DialogueStream } from "./dialogue-stream.ts";
import { segmentEnd } from "./inject.ts";
import { RowTooLong } from "./server-failure.ts";

/** What a row of our own questions may have: names, definitions of functions, and values that are cut. */
export const ROW_BYTES_MAX: number = 16 * 1024 * 1024;

/** What one statement came to. */
export interface ServerAnswer {
  readonly tag: string;
  readonly rowCount: number;
  /** The rows themselves, when they were wanted: text, or null. */
  readonly rows: readonly (readonly (string | null)[])[];
  readonly error: readonly ResponseField[] | undefined;
  /** The error as it came. */
  readonly errorRaw: Buffer | undefined;
  readonly status: TransactionStatus;
}

/** What one statement of ours came to, read as it comes. */
export class StatementAnswer implements FrameVisitor {
  readonly #stream: DialogueStream;
  readonly #keepsRows: boolean;
  #rows: (string | null)[][] = [];
  #rowCount = 0;
  #row: Buffer[] = [];
  #rowBytes = 0;
  #tag = "";
  #error: readonly ResponseField[] | undefined;
  #errorRaw: Buffer | undefined;
  #said: ServerAnswer | undefined;

  constructor(stream: DialogueStream, keepsRows: boolean) {
    this.#stream = stream;
    this.#keepsRows = keepsRows;
  }

  get isFinished(): boolean {
    return this.#said !== undefined;
  }

  get lastWords(): string | undefined {
    return this.#error?.find(({ code }) => code === "M")?.value;
  }

  /** Once it is finished. */
  said(): ServerAnswer {
    return this.#said as ServerAnswer;
  }

  onMessage(type: number, raw: Buffer): void {
    const body = raw.subarray(5);
    switch (String.fromCharCode(type)) {
      case "C":
        this.#tag = decodeCommandComplete(body).tag;
        break;
      case "E":
        this.#error = decodeErrorResponse(body).fields;
        this.#errorRaw = Buffer.from(raw);
        break;
      case "G":
        // Without it, the server would wait for data for ever.
        this.#stream.write(encodeCopyFail({ type: "copy-fail", reason: "a simulation has no data to copy" }));
        this.#stream.write(segmentEnd);
        break;
      case "A":
        this.#stream.notified?.(Buffer.from(raw));
        break;
      case "Z":
        this.#finish(decodeReadyForQuery(body).status);
        break;
    }
  }

  onPassed(type: number, bodyBytes: number): void {
    if (type !== 0x44) return;
    this.#rowCount += 1;
    this.#row = [];
    this.#rowBytes = bodyBytes;
    if (this.#keepsRows && bodyBytes > ROW_BYTES_MAX)
      throw new RowTooLong(`a row of ${bodyBytes} bytes is too long to be read`);
  }

  onPayload(type: number, piece: Buffer): void {
    if (!this.#keepsRows || type !== 0x44) return;
    this.#row.push(piece);
    this.#rowBytes -= piece.length;
    if (this.#rowBytes > 0) return;
    const { values } = decodeDataRow(Buffer.concat(this.#row));
    this.#rows.push(values.map((value) => value?.toString("utf8") ?? null));
  }

  #finish(status: TransactionStatus): void {
    this.#said = {
      error: this.#error,
      errorRaw: this.#errorRaw,
      rowCount: this.#rowCount,
      rows: this.#rows,
      status,
      tag: this.#tag,
    };
  }
}

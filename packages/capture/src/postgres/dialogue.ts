import {
  decodeCommandComplete,
  decodeDataRow,
  decodeErrorResponse,
  decodeReadyForQuery,
  encodeClose,
  encodeCopyFail,
  FrameScanner,
  type FrameVisitor,
  frameTable,
  type ResponseField,
  type TransactionStatus,
} from "@custody/wire/postgres";
import { RelayedAnswer } from "./bounded/relayed-answer.ts";
import { question, questionsEnd, segmentEnd } from "./inject.ts";

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

/** Rows are streamed, since those of a statement that is not ours can be of any size, and need only be counted. */
const answerFrames = frameTable({ deliver: "123ACEGHIKNRSTVWZcnstv", stream: "Dd" });

/** What a row of our own questions may have: names, definitions of functions, and values that are cut. */
const ROW_BYTES_MAX = 16 * 1024 * 1024;

/** Where the messages of a dialogue go, and come from. */
export interface DialogueStream {
  write(bytes: Buffer): void;
  /** The next chunk; undefined when the other side is gone. */
  read(): Promise<Buffer | undefined>;
  /** NotificationResponse can come at any time, and is for whoever listens. */
  notified?(raw: Buffer): void;
}

/**
 * One statement after the other on a connection to a server; never two at a time.
 *
 * Everything goes by the extended protocol, in which the server itself sees to it that a message holds one statement.
 */
export class Dialogue {
  readonly #stream: DialogueStream;
  readonly #scanner: FrameScanner = new FrameScanner(answerFrames, { maxMessageBytes: ROW_BYTES_MAX });

  constructor(stream: DialogueStream) {
    this.#stream = stream;
  }

  /** Runs one statement and counts its rows. `types` are object ids, 0 for what the server finds out. @throws ConnectionLost */
  run(
    sql: string,
    parameters: readonly (string | null)[] = [],
    types: readonly number[] = [],
  ): Promise<ServerAnswer> {
    return this.#ask(sql, parameters, types, false);
  }

  /** Asks something of our own. @throws ConnectionLost, RowTooLong, StatementFailure */
  async rows(sql: string, parameters: readonly (string | null)[] = []): Promise<ServerAnswer["rows"]> {
    const answer = await this.#ask(sql, parameters, [], true);
    if (answer.error !== undefined) throw new StatementFailure(answer.error, answer.errorRaw);
    return answer.rows;
  }

  /**
   * Sends messages that are not ours, of which the last is a Query or a Sync, and keeps whatever is answered.
   *
   * @throws ConnectionLost
   */
  async relay(messages: readonly Buffer[]): Promise<RelayedAnswer> {
    const answer = new RelayedAnswer();
    for (const bytes of messages) this.#stream.write(bytes);
    while (answer.status === undefined) {
      const chunk = await this.#stream.read();
      if (chunk === undefined) throw new ConnectionLost("");
      this.#scanner.scan(chunk, answer);
    }
    return answer;
  }

  /**
   * Runs a statement of ours that makes code of others run, and returns what notices that raised, as they came.
   *
   * @throws ConnectionLost, StatementFailure
   */
  async notices(sql: string): Promise<readonly Buffer[]> {
    const answer = await this.relay([Buffer.concat([questionsEnd, question(sql), segmentEnd])]);
    if (answer.error === undefined) return answer.notices();
    throw new StatementFailure(decodeErrorResponse(answer.error.subarray(5)).fields, answer.error);
  }

  /** Takes statements away that messages of somebody else have prepared. @throws ConnectionLost */
  async forget(names: readonly string[]): Promise<void> {
    if (names.length === 0) return;
    const closes = names.map((name) => encodeClose({ name, target: "statement", type: "close" }));
    await this.relay([Buffer.concat([...closes, segmentEnd])]);
  }

  /** Leaves nothing behind on a connection that goes on to serve somebody else. @throws ConnectionLost */
  async leave(): Promise<void> {
    this.#stream.write(Buffer.concat([questionsEnd, segmentEnd]));
    await this.#finished(new AnswerReader(this.#stream, false));
  }

  async #ask(
    sql: string,
    parameters: readonly (string | null)[],
    types: readonly number[],
    keepsRows: boolean,
  ): Promise<ServerAnswer> {
    const stream = this.#stream;
    const answer = new AnswerReader(stream, keepsRows);
    stream.write(
      Buffer.concat([
        // What the last one has left: behind an error the server would have skipped this.
        questionsEnd,
        question(sql, parameters, types),
        segmentEnd,
      ]),
    );
    return this.#finished(answer);
  }

  async #finished(answer: AnswerReader): Promise<ServerAnswer> {
    while (answer.finished === undefined) {
      const chunk = await this.#stream.read();
      if (chunk === undefined) throw lost(answer.error);
      this.#scanner.scan(chunk, answer);
    }
    return answer.finished;
  }
}

/** The server's answer to a question of our own that it did not like. */
export class StatementFailure extends Error {
  readonly fields: readonly ResponseField[];
  /** The ErrorResponse as it came. */
  readonly raw: Buffer | undefined;

  constructor(fields: readonly ResponseField[], raw?: Buffer) {
    super(fields.find(({ code }) => code === "M")?.value ?? "the server gave no reason");
    this.fields = fields;
    this.raw = raw;
  }
}

/** No answer will come any more. `why` is how it goes on after "the connection ended": what the server said last, or nothing. */
export class ConnectionLost extends Error {
  readonly why: string;

  constructor(why: string) {
    super(`the database ended the connection${why}`);
    this.why = why;
  }
}

/** Of our own questions only: the rows of others are counted, and not read. */
export class RowTooLong extends Error {}

function lost(last: readonly ResponseField[] | undefined): ConnectionLost {
  const said = last?.find(({ code }) => code === "M")?.value;
  return new ConnectionLost(said === undefined ? "" : `, saying: ${said}`);
}

class AnswerReader implements FrameVisitor {
  readonly #stream: DialogueStream;
  readonly #keepsRows: boolean;
  #rows: (string | null)[][] = [];
  #rowCount = 0;
  #row: Buffer[] = [];
  #rowBytes = 0;
  #tag = "";
  error: readonly ResponseField[] | undefined;
  #errorRaw: Buffer | undefined;
  finished: ServerAnswer | undefined;

  constructor(stream: DialogueStream, keepsRows: boolean) {
    this.#stream = stream;
    this.#keepsRows = keepsRows;
  }

  onMessage(type: number, raw: Buffer): void {
    const body = raw.subarray(5);
    switch (String.fromCharCode(type)) {
      case "C":
        this.#tag = decodeCommandComplete(body).tag;
        break;
      case "E":
        this.error = decodeErrorResponse(body).fields;
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
    this.finished = {
      error: this.error,
      errorRaw: this.#errorRaw,
      rowCount: this.#rowCount,
      rows: this.#rows,
      status,
      tag: this.#tag,
    };
  }
}

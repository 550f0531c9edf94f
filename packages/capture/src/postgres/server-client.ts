import type { Duplex } from "node:stream";
import {
  decodeCommandComplete,
  decodeDataRow,
  decodeErrorResponse,
  decodeReadyForQuery,
  encodeBind,
  encodeCopyFail,
  encodeExecute,
  encodeParse,
  encodeSync,
  encodeTerminate,
  FrameScanner,
  type FrameVisitor,
  frameTable,
  makeParse,
  type ResponseField,
  type StartupParameter,
  type TransactionStatus,
} from "@custody/wire/postgres";
import { Inbox } from "./inbox.ts";
import { type OpenedUpstream, openUpstream, sendCancelRequest, type UpstreamDoor } from "./upstream-door.ts";

/** What one statement came to. */
export interface ServerAnswer {
  readonly tag: string;
  readonly rowCount: number;
  /** The rows themselves, when they were wanted: text, or null. */
  readonly rows: readonly (readonly (string | null)[])[];
  readonly error: readonly ResponseField[] | undefined;
  readonly status: TransactionStatus;
}

/** Rows are streamed, since those of a statement that is not ours can be of any size, and need only be counted. */
const answerFrames = frameTable({ deliver: "123ACEGHIKNRSTVWZcnstv", pass: "d", stream: "D" });

/** What a row of our own questions may have: names, definitions of functions, and values that are cut. */
const ROW_BYTES_MAX = 16 * 1024 * 1024;

/** After this a server that was asked to stop is left alone. */
const CANCEL_PATIENCE_MS = 2000;

/**
 * A connection of Custody's own to a database, for one statement after the other; never two at a time.
 *
 * Everything goes by the extended protocol, in which the server itself sees to it that a message holds one statement.
 */
export class ServerClient {
  readonly #door: UpstreamDoor;
  readonly #opened: OpenedUpstream;
  readonly #inbox: Inbox;
  readonly #scanner: FrameScanner = new FrameScanner(answerFrames, { maxMessageBytes: ROW_BYTES_MAX });

  private constructor(door: UpstreamDoor, opened: OpenedUpstream) {
    this.#door = door;
    this.#opened = opened;
    this.#inbox = new Inbox(opened.server);
    opened.server.resume();
  }

  /** `check` may look at the server before anything is asked of it. @throws CaptureError UPSTREAM_*, and what it throws */
  static async open(
    door: UpstreamDoor,
    parameters: readonly StartupParameter[],
    check: (server: Duplex) => Promise<void> = async () => {},
  ): Promise<ServerClient> {
    const opened = await openUpstream(door, parameters);
    try {
      await check(opened.server);
      return new ServerClient(door, opened);
    } catch (error) {
      opened.server.destroy();
      throw error;
    }
  }

  get hasStandardStrings(): boolean {
    return this.#opened.signIn.settings.hasStandardStrings;
  }

  /** Runs one statement and counts its rows. @throws ConnectionLost */
  run(sql: string, parameters: readonly (string | null)[] = []): Promise<ServerAnswer> {
    return this.#ask(sql, parameters, false);
  }

  /** Asks something of our own. @throws ConnectionLost, RowTooLong, StatementFailure */
  async rows(sql: string, parameters: readonly (string | null)[] = []): Promise<ServerAnswer["rows"]> {
    const answer = await this.#ask(sql, parameters, true);
    if (answer.error !== undefined) throw new StatementFailure(answer.error);
    return answer.rows;
  }

  /** Ends whatever runs, and the connection with it; the server then rolls back. */
  async abort(): Promise<void> {
    const timer = setTimeout(() => this.#opened.server.destroy(), CANCEL_PATIENCE_MS);
    try {
      await sendCancelRequest(this.#door, this.#opened);
    } catch {
      this.#opened.server.destroy();
    } finally {
      timer.unref();
    }
  }

  /** Takes leave, and resolves once the server has closed its side. */
  close(): Promise<void> {
    const { server } = this.#opened;
    if (server.destroyed) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = setTimeout(() => server.destroy(), CANCEL_PATIENCE_MS);
      server.once("close", () => {
        clearTimeout(timer);
        resolve();
      });
      server.once("error", () => server.destroy());
      server.end(encodeTerminate());
    });
  }

  async #ask(sql: string, parameters: readonly (string | null)[], keepsRows: boolean): Promise<ServerAnswer> {
    const { server } = this.#opened;
    const answer = new AnswerReader(server, keepsRows);
    server.write(
      Buffer.concat([
        encodeParse(makeParse("", sql)),
        encodeBind({
          type: "bind",
          parameterFormats: [],
          parameters: parameters.map((value) => (value === null ? null : Buffer.from(value))),
          portal: "",
          resultFormats: [],
          statement: "",
        }),
        encodeExecute({ type: "execute", portal: "", maxRows: 0 }),
        encodeSync(),
      ]),
    );
    while (answer.finished === undefined) {
      const chunk = await this.#inbox.read();
      if (chunk === undefined) throw lost(answer.error);
      this.#scanner.scan(chunk, answer);
    }
    return answer.finished;
  }
}

/** The server's answer to a question of our own that it did not like. */
export class StatementFailure extends Error {
  readonly fields: readonly ResponseField[];

  constructor(fields: readonly ResponseField[]) {
    super(fields.find(({ code }) => code === "M")?.value ?? "the server gave no reason");
    this.fields = fields;
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
  readonly #server: Duplex;
  readonly #keepsRows: boolean;
  #rows: (string | null)[][] = [];
  #rowCount = 0;
  #row: Buffer[] = [];
  #rowBytes = 0;
  #tag = "";
  error: readonly ResponseField[] | undefined;
  finished: ServerAnswer | undefined;

  constructor(server: Duplex, keepsRows: boolean) {
    this.#server = server;
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
        break;
      case "G":
        // Without it, the server would wait for data for ever.
        this.#server.write(encodeCopyFail({ type: "copy-fail", reason: "a simulation has no data to copy" }));
        this.#server.write(encodeSync());
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

  onPayload(_type: number, piece: Buffer): void {
    if (!this.#keepsRows) return;
    this.#row.push(piece);
    this.#rowBytes -= piece.length;
    if (this.#rowBytes > 0) return;
    const { values } = decodeDataRow(Buffer.concat(this.#row));
    this.#rows.push(values.map((value) => value?.toString("utf8") ?? null));
  }

  #finish(status: TransactionStatus): void {
    this.finished = {
      error: this.error,
      rowCount: this.#rowCount,
      rows: this.#rows,
      status,
      tag: this.#tag,
    };
  }
}

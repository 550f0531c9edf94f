import { randomBytes } from "node:crypto";
import { connect as netConnect, type Socket } from "node:net";
import {
  type BackendMessage,
  type backendFrames,
  decodeBackend,
  encodeCancelRequest,
  encodeFrontend,
  encodeSaslInitialResponse,
  encodeSaslResponse,
  encodeStartupMessage,
  FrameScanner,
  type FrontendMessage,
  frameTable,
  makeParse,
  makeQuery,
} from "@custody/wire/postgres";
import { type ScramClientFinal, startScramClient } from "@custody/wire/scram";

export interface WireClientOptions {
  readonly minorVersion?: number;
  /** Settings of the StartupMessage, beside user and database. */
  readonly settings?: Readonly<Record<string, string>>;
}

/** A client that sends exactly the messages that a test names, and shows every message that comes back. */
export class WireClient {
  readonly socket: Socket;
  processId = 0;
  secretKey: Buffer = Buffer.alloc(0);
  readonly #scanner = new FrameScanner(
    frameTable({ deliver: "123ACDEGHIKNRSTVWZcdnstv" }) satisfies typeof backendFrames,
    { maxMessageBytes: 1 << 28 },
  );
  readonly #received: BackendMessage[] = [];
  readonly #bytes: Buffer[] = [];
  #isClosed = false;
  #wake: (() => void) | undefined;

  constructor(socket: Socket) {
    this.socket = socket;
    socket.on("data", (chunk: Buffer) => {
      this.#bytes.push(chunk);
      this.#scanner.scan(chunk, {
        onMessage: (type, raw) => this.#received.push(decodeBackend(type, Buffer.from(raw.subarray(5)))),
        onPassed: () => {},
        onPayload: () => {},
      });
      this.#wake?.();
    });
    socket.on("error", () => {});
    socket.on("close", () => {
      this.#isClosed = true;
      this.#wake?.();
    });
  }

  /** Signs in and waits until the server is ready. */
  static async connect(url: string, options: WireClientOptions = {}): Promise<WireClient> {
    const client = await WireClient.open(url);
    await client.signIn(url, options);
    return client;
  }

  /** A connected socket on which nothing was said yet. */
  static async open(url: string): Promise<WireClient> {
    const { hostname, port } = new URL(url);
    const socket = netConnect({ host: hostname, port: Number(port), noDelay: true });
    await new Promise((resolve, reject) => socket.once("connect", resolve).once("error", reject));
    return new WireClient(socket);
  }

  async signIn(url: string, { minorVersion = 0, settings = {} }: WireClientOptions = {}): Promise<void> {
    const { username, password, pathname } = new URL(url);
    const given = { user: decodeURIComponent(username), database: pathname.slice(1), ...settings };
    const parameters = Object.entries(given).map(([name, value]) => ({ name, value }));
    this.sendBytes(encodeStartupMessage({ type: "startup-message", minorVersion, parameters }));
    let final: ScramClientFinal | undefined;
    const scram = startScramClient({
      password: decodeURIComponent(password),
      nonce: randomBytes(18).toString("base64"),
    });
    for (;;) {
      const message = await this.receive();
      if (message === undefined) throw new Error("the server closed the connection during sign-in");
      if (message.type === "error-response") throw new Error(shown(message));
      if (message.type === "authentication-sasl")
        this.sendBytes(
          encodeSaslInitialResponse({
            type: "sasl-initial-response",
            mechanism: "SCRAM-SHA-256",
            data: scram.first,
          }),
        );
      if (message.type === "authentication-sasl-continue") {
        final = await scram.receiveServerFirst(message.data);
        this.sendBytes(encodeSaslResponse({ type: "sasl-response", data: final.final }));
      }
      if (message.type === "authentication-sasl-final") final?.receiveServerFinal(message.data);
      if (message.type === "backend-key-data") {
        this.processId = message.processId;
        this.secretKey = Buffer.from(message.secretKey);
      }
      if (message.type === "ready-for-query") break;
    }
    this.#bytes.length = 0;
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  send(...messages: readonly FrontendMessage[]): void {
    this.sendBytes(Buffer.concat(messages.map((message) => encodeFrontend(message))));
  }

  sendBytes(bytes: Buffer): void {
    this.socket.write(bytes);
  }

  /** The next message; undefined once the connection is closed. */
  async receive(): Promise<BackendMessage | undefined> {
    while (this.#received.length === 0 && !this.#isClosed) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    return this.#received.shift();
  }

  /** Everything up to and with the first message of this type, or up to the end of the connection. */
  async until(type: BackendMessage["type"], count = 1): Promise<BackendMessage[]> {
    const messages: BackendMessage[] = [];
    let left = count;
    while (left > 0) {
      const message = await this.receive();
      if (message === undefined) break;
      messages.push(message);
      if (message.type === type) left -= 1;
    }
    return messages;
  }

  /** Sends the messages and waits for as many ReadyForQuery as they contain Sync and Query. */
  async run(...messages: readonly FrontendMessage[]): Promise<string[]> {
    this.send(...messages);
    const ends = messages.filter(({ type }) => type === "sync" || type === "query").length;
    return (await this.until("ready-for-query", ends)).map(shown);
  }

  async query(sql: string): Promise<string[]> {
    return this.run(query(sql));
  }

  /** Whether nothing has come that no test has looked at. */
  get isQuiet(): boolean {
    return this.#received.length === 0;
  }

  /** All bytes since the end of sign-in. */
  get bytes(): Buffer {
    return Buffer.concat(this.#bytes);
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    const closed = new Promise((resolve) => this.socket.once("close", resolve));
    this.send({ type: "terminate" });
    this.socket.end();
    await closed;
  }

  /** As a killed process does. */
  async kill(): Promise<void> {
    const closed = new Promise((resolve) => this.socket.once("close", resolve));
    this.socket.resetAndDestroy();
    await closed;
  }
}

/** As libpq does: a connection of its own, that the other side closes without a word. */
export async function sendCancel(
  port: number,
  { processId, secretKey }: { readonly processId: number; readonly secretKey: Buffer },
): Promise<void> {
  const socket = netConnect({ host: "127.0.0.1", port });
  socket.on("error", () => {}).resume();
  socket.write(encodeCancelRequest({ type: "cancel-request", processId, secretKey }));
  await new Promise((resolve) => socket.once("close", resolve));
}

/** One line for a message: what it is, and what a test may compare. */
export function shown(message: BackendMessage): string {
  switch (message.type) {
    case "command-complete":
      return `complete ${message.tag}`;
    case "data-row":
      return `row ${message.values.map((value) => value?.toString("utf8") ?? "NULL").join("|")}`;
    case "row-description":
      return `columns ${message.fields.map(({ name, typeId, format }) => `${name}:${typeId}:${format}`).join("|")}`;
    case "error-response":
      return `error ${fields(message.fields)}`;
    case "notice-response":
      return `notice ${fields(message.fields)}`;
    case "ready-for-query":
      return `ready ${message.status}`;
    case "copy-data":
      return `data ${JSON.stringify(message.data.toString("latin1"))}`;
    case "parameter-status":
      return `setting ${message.name}=${message.value}`;
    case "notification-response":
      return `notification ${message.channel} ${message.payload}`;
    case "parameter-description":
      return `parameters ${message.parameterTypes.join("|")}`;
    default:
      return message.type;
  }
}

/** Severity, code, message and position; not what differs by the place in the server's source. */
function fields(all: readonly { code: string; value: string }[]): string {
  return ["V", "C", "M", "P"]
    .map((code) => all.find((field) => field.code === code)?.value ?? "")
    .join(" ")
    .trim();
}

export const query = (sql: string): FrontendMessage => makeQuery(sql);
export const parse = (name: string, sql: string, types: readonly number[] = []): FrontendMessage =>
  makeParse(name, sql, types);
export const bind = (
  portal: string,
  statement: string,
  values: readonly (string | Buffer | null)[] = [],
  parameterFormats: readonly number[] = [],
): FrontendMessage => ({
  type: "bind",
  portal,
  statement,
  parameterFormats,
  parameters: values.map((value) => (typeof value === "string" ? Buffer.from(value) : value)),
  resultFormats: [],
});
export const describe = (target: "statement" | "portal", name: string): FrontendMessage => ({
  type: "describe",
  target,
  name,
});
export const execute = (portal: string, maxRows = 0): FrontendMessage => ({
  type: "execute",
  portal,
  maxRows,
});
export const close = (target: "statement" | "portal", name: string): FrontendMessage => ({
  type: "close",
  target,
  name,
});
export const sync: FrontendMessage = { type: "sync" };
export const flush: FrontendMessage = { type: "flush" };
export const copyData = (data: string | Buffer): FrontendMessage => ({
  type: "copy-data",
  data: Buffer.from(data as string),
});
export const copyDone: FrontendMessage = { type: "copy-done" };
export const copyFail = (reason: string): FrontendMessage => ({ type: "copy-fail", reason });

/** Parse, Bind, Execute of the unnamed statement and portal. */
export function unnamed(sql: string, ...values: readonly (string | null)[]): FrontendMessage[] {
  return [parse("", sql), bind("", "", values), execute("")];
}

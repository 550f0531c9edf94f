import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";

interface Sent {
  readonly type: string;
  readonly details?: Readonly<Record<string, unknown>>;
  readonly source: { readonly instance: string; readonly sequence: number };
}

interface Answer {
  readonly status: number;
  readonly body: object;
}

/** Counts as Custody does: what comes twice is dropped, and what is missing is asked for. */
export class LogServer {
  readonly taken: Sent[] = [];
  readonly bodies: string[] = [];
  /** What it answers next, instead of looking at what was sent; or it takes that, and tells nobody. */
  readonly answers: (Answer | "taken without an answer")[] = [];
  readonly #server: Server;
  #next = new Map<string, number>();

  private constructor(server: Server) {
    this.#server = server;
  }

  static async listen(port = 0): Promise<LogServer> {
    const server = createServer();
    const log = new LogServer(server);
    server.on("request", (request, response) => {
      const pieces: Buffer[] = [];
      request.on("data", (piece: Buffer) => pieces.push(piece));
      request.on("end", () => {
        const answer = log.#answerTo(Buffer.concat(pieces).toString("utf8"));
        if (answer === undefined) return request.socket.destroy();
        response.writeHead(answer.status, { "content-type": "application/json" });
        return response.end(JSON.stringify(answer.body));
      });
    });
    await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
    log.port = (server.address() as AddressInfo).port;
    return log;
  }

  /** Also when it is closed. */
  port = 0;

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** As after a backup was put back: it knows what it had when there were so many. */
  forgetAfter(count: number): void {
    this.taken.splice(count);
    this.#next = new Map();
    for (const { source } of this.taken) this.#next.set(source.instance, source.sequence + 1);
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #answerTo(body: string): Answer | undefined {
    this.bodies.push(body);
    const planned = this.answers.shift();
    if (planned !== "taken without an answer") return planned ?? this.#take(body);
    this.#take(body);
    return undefined;
  }

  #take(body: string): Answer {
    const events = body.split("\n").map((line) => JSON.parse(line) as Sent);
    for (const [record, event] of events.entries()) {
      const { instance, sequence } = event.source;
      const expected = this.#next.get(instance) ?? 0;
      if (sequence > expected)
        return {
          body: { error: { code: "reports-missing", expected, message: "missing", record } },
          status: 409,
        };
      if (sequence < expected) continue;
      this.#next.set(instance, expected + 1);
      this.taken.push(event);
    }
    return { body: {}, status: 200 };
  }
}

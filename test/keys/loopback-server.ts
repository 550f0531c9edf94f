import { once } from "node:events";
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";

export interface HttpRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
}

/** Undefined: the connection stays open and nothing comes. */
export type HttpAnswer =
  | { readonly status: number; readonly json?: unknown; readonly headers?: Record<string, string> }
  | undefined;

/** A server on a free port of loopback, that answers whatever a double says. */
export class LoopbackServer {
  readonly #server: Server;
  /** Everything that was asked. */
  readonly requests: HttpRequest[] = [];

  private constructor(server: Server) {
    this.#server = server;
  }

  static async start(answer: (request: HttpRequest) => HttpAnswer): Promise<LoopbackServer> {
    const server = createServer(async (incoming, outgoing) => {
      const chunks: Buffer[] = [];
      for await (const chunk of incoming as AsyncIterable<Buffer>) chunks.push(chunk);
      const { headers, method = "", url: path = "" } = incoming;
      const request = { body: Buffer.concat(chunks).toString("utf8"), headers, method, path };
      started.requests.push(request);
      const found = answer(request);
      if (found === undefined) return;
      outgoing.writeHead(found.status, { "content-type": "application/json", ...found.headers });
      outgoing.end(found.json === undefined ? undefined : JSON.stringify(found.json));
    });
    const started = new LoopbackServer(server);
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    return started;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, "close");
  }
}

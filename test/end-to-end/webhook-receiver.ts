import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { checkMessage, parseSecret } from "@custody/alerts";

/** What tests ask for by name; the rest is compared as it came. */
interface AlertData {
  readonly id: string;
  readonly kind: string;
  readonly count: number;
  readonly level: string;
  readonly session?: string;
  readonly [member: string]: unknown;
}

export interface ReceivedMessage {
  readonly id: string;
  readonly atMs: number;
  readonly type: string;
  readonly data: AlertData;
}

export const WEBHOOK_SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

/** A real receiver on loopback, which takes signed messages only. */
export class WebhookReceiver {
  /** In the order in which they came; every attempt that was answered with a yes. */
  readonly messages: ReceivedMessage[] = [];
  /** What came and was not signed. */
  readonly unsigned: string[] = [];
  /** While set, everything is answered with this status, and nothing is taken. */
  refusal: number | undefined;
  attempts = 0;
  #server: Server | undefined;
  #port = 0;

  get url(): string {
    return `http://127.0.0.1:${this.#port}/hook`;
  }

  /** Listens, on the same port as before. */
  async start(): Promise<void> {
    const server = createServer(async (request, response) => {
      let body = "";
      for await (const chunk of request) body += String(chunk);
      this.attempts += 1;
      response.writeHead(this.refusal ?? this.#take(request.headers, body)).end();
    });
    this.#server = server;
    await new Promise<void>((resolve) => server.listen(this.#port, "127.0.0.1", resolve));
    this.#port = (server.address() as AddressInfo).port;
  }

  async stop(): Promise<void> {
    const server = this.#server;
    server?.closeAllConnections();
    await new Promise<void>((resolve) => (server === undefined ? resolve() : server.close(() => resolve())));
  }

  #take(headers: IncomingHttpHeaders, body: string): number {
    try {
      checkMessage(headers as Record<string, string>, body, parseSecret(WEBHOOK_SECRET), Date.now());
    } catch (error) {
      this.unsigned.push((error as Error).message);
      return 401;
    }
    const { data, type } = JSON.parse(body);
    this.messages.push({ atMs: performance.now(), data, id: String(headers["webhook-id"]), type });
    return 204;
  }
}

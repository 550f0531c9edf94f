import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { type Address, formatAddress, reachableHost } from "../config/address.ts";
import { CliError } from "../error.ts";
import { showsToken } from "./bearer-token.ts";
import { isTrustedHost } from "./host-check.ts";
import { HttpProblem } from "./http-problem.ts";
import { readJson } from "./request-body.ts";

/** What one route does. `body` is parsed JSON for POST, else undefined. */
type Handler = (body: unknown) => unknown | Promise<unknown>;

/** Routes by `METHOD /path`. Those below `/api/` need the token; a string is answered as text, the rest as JSON. */
export type Routes = Readonly<Record<string, Handler>>;

export interface ControlServerOptions {
  readonly address: Address;
  readonly token: string;
  readonly routes: Routes;
}

const REQUEST_TIMEOUT_MS = 30_000;

/** Commands come one by one. Whoever opens thousands must not use up the descriptors that the data path needs. */
const CONNECTIONS_MAX = 256;

/** The small HTTP server that the commands talk to. It is loopback's own: there is no TLS. */
export class ControlServer {
  readonly #options: ControlServerOptions;
  readonly #server: Server;

  constructor(options: ControlServerOptions) {
    this.#options = options;
    this.#server = createServer({ requestTimeout: REQUEST_TIMEOUT_MS }, (request, response) => {
      void this.#answer(request, response);
    });
    this.#server.maxConnections = CONNECTIONS_MAX;
  }

  /** Resolves to the URL. @throws CliError LISTEN_FAILED */
  listen(): Promise<string> {
    const { address } = this.#options;
    return new Promise((resolve, reject) => {
      this.#server.once("error", (cause: NodeJS.ErrnoException) => {
        const why = cause.code === "EADDRINUSE" ? "another program listens there" : cause.message;
        const what = `cannot listen on ${formatAddress(address)}: ${why}`;
        reject(new CliError("LISTEN_FAILED", what, "choose another address with --listen", { cause }));
      });
      this.#server.listen(address, () => {
        this.#server.removeAllListeners("error").on("error", () => {});
        const { port } = this.#server.address() as AddressInfo;
        resolve(`http://${formatAddress({ host: reachableHost(address.host), port })}`);
      });
    });
  }

  close(): Promise<void> {
    return new Promise((resolve) => {
      this.#server.close(() => resolve());
      this.#server.closeAllConnections();
    });
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const result = await this.#route(request);
      if (typeof result === "string") send(response, 200, "text/plain; charset=utf-8", result);
      else send(response, 200, "application/json", JSON.stringify(result));
    } catch (error) {
      const problem = error instanceof HttpProblem ? error : new HttpProblem("internal", "internal error");
      const { code, message, status } = problem;
      // What was not read of a body must not be taken for the next request.
      response.setHeader("connection", "close");
      send(response, status, "application/json", JSON.stringify({ error: { code, message } }));
    }
  }

  async #route(request: IncomingMessage): Promise<unknown> {
    const { address, routes, token } = this.#options;
    const { headers, method = "", url = "" } = request;
    if (!isTrustedHost(headers.host, address.host))
      throw new HttpProblem("host-refused", "the Host header names another host");
    const path = url.split("?", 1)[0] as string;
    if (path.startsWith("/api/") && !showsToken(headers.authorization, token))
      throw new HttpProblem("token-refused", "show the token of local.token as a bearer token");
    const name = `${method} ${path}`;
    const handler = Object.hasOwn(routes, name) ? routes[name] : undefined;
    if (handler !== undefined) return handler(method === "POST" ? await readJson(request) : undefined);
    const isKnown = Object.keys(routes).some((each) => each.endsWith(` ${path}`));
    if (isKnown) throw new HttpProblem("method-not-allowed", `${path} has no ${method}`);
    throw new HttpProblem("not-found", "there is nothing here");
  }
}

function send(response: ServerResponse, status: number, type: string, body: string): void {
  response.writeHead(status, {
    "cache-control": "no-store",
    "content-length": Buffer.byteLength(body),
    "content-type": type,
    "x-content-type-options": "nosniff",
  });
  response.end(body);
}

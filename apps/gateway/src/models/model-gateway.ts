import { createServer, type RequestListener, type Server } from "node:http";
import { createServer as createTlsServer } from "node:https";
import {
  LlmProxy,
  type LlmProxyOptions,
  type ModelDoor,
  type ProviderKind,
  providers,
  ReadingThreads,
} from "@custody/capture/llm";
import { listenOn } from "../listen-on.ts";
import type { ListeningModels, ModelsOptions } from "./models-options.ts";

/** A client that sends no byte for so long has gone, or never came. */
const HEADERS_MS_MAX = 60_000;
/** Clients keep connections between requests; ours outlives theirs, so that nobody sends into a closed one. */
const IDLE_MS_MAX = 120_000;
const CONNECTIONS_MAX = 2000;
/** What was cut has this long to be recorded. */
const END_MS_MAX = 10_000;

export type ModelGatewayParts = Omit<LlmProxyOptions, "doors" | "reader">;

/** The listener in front of models. */
export class ModelGateway {
  readonly listening: ListeningModels;
  readonly #server: Server;
  readonly #proxy: LlmProxy;
  readonly #reader: ReadingThreads;

  private constructor(server: Server, proxy: LlmProxy, reader: ReadingThreads, listening: ListeningModels) {
    this.#server = server;
    this.#proxy = proxy;
    this.#reader = reader;
    this.listening = listening;
  }

  /** @throws GatewayError LISTEN_FAILED */
  static async start(options: ModelsOptions, parts: ModelGatewayParts): Promise<ModelGateway> {
    const reader = new ReadingThreads();
    const proxy = new LlmProxy({ ...parts, doors: doorsOf(options), reader });
    const server = serverOf(options, (request, response) => void proxy.serve(request, response));
    server.headersTimeout = HEADERS_MS_MAX;
    server.keepAliveTimeout = IDLE_MS_MAX;
    server.maxConnections = CONNECTIONS_MAX;
    // A long prompt over a slow line takes as long as it takes.
    server.requestTimeout = 0;
    server.on("upgrade", (_, socket) => proxy.refuseUpgrade(socket));
    const listen = await listenOn(server, "models cannot be listened for", options);
    const isTls = options.tls !== undefined;
    const kinds = options.providers.map(({ key, kind }) => ({ isKeyHeld: key !== undefined, kind }));
    return new ModelGateway(server, proxy, reader, { isTls, listen, providers: kinds });
  }

  get requestCount(): number {
    return this.#proxy.requestCount;
  }

  endSession(id: string): void {
    this.#proxy.endSession(id);
  }

  /** Takes no more requests, lets those that run finish, and cuts whatever is left after `graceMs`. */
  async close(graceMs: number): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    // Those that were told to come without an upgrade are nobody's any more, and would be waited for.
    this.#proxy.closeUpgrading();
    this.#server.closeIdleConnections();
    const timer = setTimeout(() => this.#server.closeAllConnections(), graceMs);
    await closed;
    clearTimeout(timer);
    // The end of what was cut is still being recorded.
    const endMs = performance.now() + END_MS_MAX;
    while (this.#proxy.requestCount > 0 && performance.now() < endMs)
      await new Promise((resolve) => setTimeout(resolve, 20));
    this.#proxy.close();
    await this.#reader.dispose();
  }
}

function serverOf({ tls }: ModelsOptions, serve: RequestListener): Server {
  if (tls === undefined) return createServer(serve);
  return createTlsServer({ cert: tls.certificate, key: tls.key, minVersion: "TLSv1.2" }, serve);
}

function doorsOf({
  allow,
  environment,
  providers: configured,
}: ModelsOptions): ReadonlyMap<ProviderKind, ModelDoor> {
  const allowed = new Set(allow);
  return new Map(
    configured.map(({ key, kind, upstream }) => [
      kind,
      {
        allowed,
        environment,
        ...(key === undefined ? undefined : { key }),
        provider: providers[kind],
        upstream: new URL(upstream),
      },
    ]),
  );
}

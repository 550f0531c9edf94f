import type { IncomingMessage, ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import type { SessionIdentity } from "@custody/domain";
import { type ModelAddress, parseModelAddress } from "./address.ts";
import type { LlmContext, ModelDoor } from "./context.ts";
import { Exchange } from "./exchange.ts";
import type { ProviderKind } from "./provider.ts";
import { providers } from "./providers.ts";
import { refusedRecord } from "./records.ts";
import { answerError, answerRefusal } from "./refuse.ts";
import { SessionTrails } from "./session-trail.ts";
import { SubAgents } from "./sub-agents.ts";
import { Upstream } from "./upstream.ts";

export interface LlmProxyOptions extends LlmContext {
  readonly doors: ReadonlyMap<ProviderKind, ModelDoor>;
  /** Whose token it is; undefined for none, and for one that has expired. */
  readonly findSession: (token: string) => SessionIdentity | undefined;
  /** Values that are secret in this session, whatever they look like. */
  readonly knownSecrets: (session: string) => readonly string[];
  /** How long a provider may be silent; by default ten minutes. */
  readonly silenceMs?: number;
}

/** Stands before the providers of models: `/<token>/<provider>/…` leads to the provider's own `/…`. */
export class LlmProxy {
  readonly #options: LlmProxyOptions;
  readonly #upstream: Upstream;
  readonly #subAgents: SubAgents;
  readonly #trails: SessionTrails;
  /** What is being answered, by the session whose token came with it. */
  readonly #running = new Map<string, Set<ServerResponse>>();
  #count = 0;

  constructor(options: LlmProxyOptions) {
    this.#options = options;
    this.#upstream = new Upstream(options.silenceMs);
    const { clock, newId, recorder, tools } = options;
    this.#subAgents = new SubAgents({ newId, nowUs: () => clock.nowUs(), recorder });
    this.#trails = new SessionTrails(tools);
  }

  /** Requests that are under way. */
  get requestCount(): number {
    return this.#count;
  }

  /** The session is over: what is being answered to it, and to those that it began, ends here. */
  endSession(id: string): void {
    this.#subAgents.forget(id);
    for (const response of this.#running.get(id) ?? []) response.destroy();
  }

  /** Serves one request to its end. Never rejects. */
  async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.#count += 1;
    try {
      await this.#serve(request, response);
    } catch (error) {
      // The ledger cannot write, or what reads conversations is gone: nothing goes on that nobody records.
      const kind = parseModelAddress(request.url ?? "")?.provider ?? "anthropic";
      const message = `Custody cannot record this request, so it was not answered: ${(error as Error).message}`;
      answerRefusal({ door: { provider: providers[kind] }, response }, 503, message, "unrecorded");
    } finally {
      this.#count -= 1;
    }
  }

  /** Clients that ask for a WebSocket come again without one when they are told so (RFC 9110, section 15.5.22). */
  refuseUpgrade(socket: Duplex): void {
    socket.end("HTTP/1.1 426 Upgrade Required\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
  }

  close(): void {
    this.#upstream.close();
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const address = parseModelAddress(request.url ?? "");
    if (address === undefined) return this.#refuse(request, response, undefined, "no such address");
    const door = this.#options.doors.get(address.provider);
    if (door === undefined) return this.#refuse(request, response, address, "not configured");
    const run = this.#options.findSession(address.token);
    if (run === undefined) return this.#refuse(request, response, address, "the token is not valid");
    const { provider } = door;
    const endpoint = provider.endpointOf(request.method ?? "GET", address.path);
    const session = this.#subAgents.sessionOf(run, provider.agentOf(request.rawHeaders));
    const running = this.#running.get(run.id) ?? new Set();
    this.#running.set(run.id, running.add(response));
    const exchange = new Exchange({
      context: this.#options,
      door,
      endpoint,
      known: [address.token, ...this.#options.knownSecrets(run.id)],
      path: address.path,
      pathAndQuery: address.pathAndQuery,
      request,
      response,
      session,
      trail: this.#trails.of(session, run.id),
      upstream: this.#upstream,
    });
    try {
      await exchange.run();
    } finally {
      running.delete(response);
      if (running.size === 0) this.#running.delete(run.id);
    }
  }

  async #refuse(
    request: IncomingMessage,
    response: ServerResponse,
    address: ModelAddress | undefined,
    reason: string,
  ): Promise<void> {
    const { clock, newId, recorder } = this.#options;
    const { remoteAddress = "unknown", remotePort = 0 } = request.socket;
    const id = newId();
    const target = address?.provider;
    const why = {
      address: `${remoteAddress}:${remotePort}`,
      project: "default",
      reason,
      ...(target === undefined ? undefined : { target }),
    };
    await recorder.record([refusedRecord(id, why, clock.nowUs())], "written");
    const message = `Custody did not let this request in: ${reason}`;
    if (target === undefined) answerError(response, 404, JSON.stringify({ error: { message } }));
    else
      answerRefusal(
        { door: { provider: providers[target] }, response },
        target && reason === "not configured" ? 404 : 401,
        message,
        id,
      );
  }
}

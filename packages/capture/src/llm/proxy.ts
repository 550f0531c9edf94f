import type { IncomingMessage, ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import type { SessionIdentity } from "@custody/domain";
import { type ModelAddress, parseModelAddress } from "./address.ts";
import { BodyRoom } from "./body-room.ts";
import type { LlmContext, ModelDoor } from "./context.ts";
import { Exchange } from "./exchange.ts";
import type { ProviderKind } from "./provider.ts";
import { providers } from "./providers.ts";
import { refusedRecord } from "./records.ts";
import { RefusalCounts } from "./refusal-counts.ts";
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

/** A client that was told to come without an upgrade has this long to close. */
const UPGRADE_LEAVE_MS = 5000;

/** One session must not take the place of all others. */
const SESSION_REQUESTS_MAX = 256;

/** Stands before the providers of models: `/<token>/<provider>/…` leads to the provider's own `/…`. */
export class LlmProxy {
  readonly #options: LlmProxyOptions;
  readonly #upstream: Upstream;
  readonly #subAgents: SubAgents;
  readonly #trails: SessionTrails;
  readonly #room = new BodyRoom();
  readonly #refusals = new RefusalCounts();
  readonly #upgrading = new Set<Duplex>();
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
    // Node listens to it no more: an error that nobody hears would end the process.
    socket.on("error", () => {});
    socket.end("HTTP/1.1 426 Upgrade Required\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
    // Nor does the server know it: a client that does not close would keep it for ever.
    const timer = setTimeout(() => socket.destroy(), UPGRADE_LEAVE_MS);
    this.#upgrading.add(socket);
    socket.on("close", () => {
      clearTimeout(timer);
      this.#upgrading.delete(socket);
    });
  }

  closeUpgrading(): void {
    for (const socket of this.#upgrading) socket.destroy();
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
    const running = this.#running.get(run.id) ?? new Set();
    if (running.size >= SESSION_REQUESTS_MAX)
      return this.#refuse(request, response, address, "too many requests at a time", 503);
    this.#running.set(run.id, running.add(response));
    try {
      await this.#exchange(request, response, address, door, run);
    } finally {
      running.delete(response);
      if (running.size === 0) this.#running.delete(run.id);
    }
  }

  async #exchange(
    request: IncomingMessage,
    response: ServerResponse,
    address: ModelAddress,
    door: ModelDoor,
    run: SessionIdentity,
  ): Promise<void> {
    const { provider } = door;
    const endpoint = provider.endpointOf(request.method ?? "GET", address.path);
    const session = this.#subAgents.sessionOf(run, provider.agentOf(request.rawHeaders));
    const known = [address.token, ...(door.key === undefined ? [] : [door.key])];
    await new Exchange({
      context: this.#options,
      door,
      endpoint,
      known: [...known, ...this.#options.knownSecrets(run.id)],
      path: address.path,
      pathAndQuery: address.pathAndQuery,
      request,
      response,
      room: this.#room,
      session,
      trail: this.#trails.of(session, run.id),
      upstream: this.#upstream,
    }).run();
  }

  async #refuse(
    request: IncomingMessage,
    response: ServerResponse,
    address: ModelAddress | undefined,
    reason: string,
    status = reason === "the token is not valid" ? 401 : 404,
  ): Promise<void> {
    const { clock, newId, recorder } = this.#options;
    const { remoteAddress = "unknown", remotePort = 0 } = request.socket;
    const id = newId();
    const target = address?.provider;
    const count = this.#refusals.note(remoteAddress, clock.monotonicUs() / 1000);
    const why = { address: `${remoteAddress}:${remotePort}`, count, project: "default", reason, target };
    if (count > 0) await recorder.record([refusedRecord(id, why, clock.nowUs())], "written");
    const message = `Custody did not let this request in: ${reason}`;
    if (target === undefined) return answerError(response, 404, JSON.stringify({ error: { message } }));
    answerRefusal({ door: { provider: providers[target] }, response }, status, message, id);
  }
}

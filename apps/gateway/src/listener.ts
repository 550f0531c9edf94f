import { createServer, type Server, type Socket } from "node:net";
import type { ConnectionBudget } from "./connection-budget.ts";
import { addressText, listenOn } from "./listen-on.ts";

/** However many descriptors there are, nobody means to have so many connections to one target. */
const CONNECTIONS_MAX = 10_000;

/** What is behind an address: a proxy that serves one client at a time to its end, and can be emptied. */
export interface Service {
  readonly connectionCount: number;
  serve(client: Socket, address: string): Promise<void>;
  drain(graceMs: number): Promise<void>;
  endSession(id: string): void;
}

/** One address that agents connect to. */
export class Listener {
  readonly #name: string;
  #service: Service;
  /** Services that take no new clients any more, and still have old ones. */
  readonly #leaving = new Set<Service>();
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #budget: ConnectionBudget;

  constructor(name: string, service: Service, budget: ConnectionBudget) {
    this.#name = name;
    this.#service = service;
    this.#budget = budget;
    // Half-open, because a client may send its last statement and say at once that nothing more will come.
    this.#server = createServer({ allowHalfOpen: true, keepAlive: true, noDelay: true }, (socket) =>
      this.#accept(socket),
    );
    this.#server.maxConnections = CONNECTIONS_MAX;
  }

  get connectionCount(): number {
    return this.#services().reduce((sum, service) => sum + service.connectionCount, 0);
  }

  endSession(id: string): void {
    for (const service of this.#services()) service.endSession(id);
  }

  /**
   * New clients get the new service from now on: the port is never closed in between. Clients of the old one are let go
   * as at a stop: idle ones at once, busy ones when they are done or after `graceMs`. Resolves when all of them are gone.
   */
  async replaceService(service: Service, graceMs: number): Promise<void> {
    const old = this.#service;
    this.#service = service;
    this.#leaving.add(old);
    await old.drain(graceMs);
    this.#leaving.delete(old);
  }

  /** @throws GatewayError LISTEN_FAILED */
  listen(host: string, port: number): Promise<string> {
    return listenOn(this.#server, `target ${this.#name} cannot listen`, { host, port });
  }

  /** Takes no more connections, lets those that are busy finish, and cuts whatever is left. */
  async close(graceMs: number): Promise<void> {
    const closed = new Promise<void>((resolve) => {
      if (this.#server.listening) this.#server.close(() => resolve());
      else resolve();
    });
    await Promise.all(this.#services().map((service) => service.drain(graceMs)));
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  #services(): readonly Service[] {
    return [this.#service, ...this.#leaving];
  }

  #accept(socket: Socket): void {
    if (!this.#budget.enter()) {
      socket.destroy();
      return;
    }
    this.#sockets.add(socket);
    socket.on("close", () => {
      this.#sockets.delete(socket);
      this.#budget.leave();
    });
    // Its reader sees the end; an error that nobody listens for would end the process.
    socket.on("error", () => {});
    const address = addressText(socket.remoteAddress ?? "unknown", socket.remotePort ?? 0);
    this.#service.serve(socket, address).catch(() => socket.destroy());
  }
}

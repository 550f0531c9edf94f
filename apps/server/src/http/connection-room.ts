import type { Server, Socket } from "node:net";

/** Of these, 100 may be streams. Node raises the limit of descriptors as far as it may, which is more everywhere. */
const CONNECTIONS_MAX = 512;

/**
 * Who stays when there is no room for everybody: whoever showed a good token, and of the others the newest. Any program
 * of this machine can open connections and say nothing, and must not keep out the people who want to see what it does.
 */
export class ConnectionRoom {
  /** In the order in which they came. */
  readonly #strangers = new Map<string, Socket>();
  readonly #known = new Map<string, Socket>();

  watch(server: Server): void {
    server.on("connection", (socket: Socket) => this.#enter(socket));
  }

  /** It showed a good token. With TLS it is another object than the one that came, of the same address and port. */
  know(socket: Pick<Socket, "remoteAddress" | "remotePort">): void {
    const key = keyOf(socket);
    const stranger = this.#strangers.get(key);
    if (stranger === undefined) return;
    this.#strangers.delete(key);
    this.#known.set(key, stranger);
  }

  #enter(socket: Socket): void {
    const key = keyOf(socket);
    this.#strangers.set(key, socket);
    socket.once("close", () => this.#leave(key, socket));
    if (this.#strangers.size + this.#known.size <= CONNECTIONS_MAX) return;
    const [[oldestKey, oldest] = [key, socket]] = this.#strangers;
    // The event that it closed comes later, and others may come before it.
    this.#leave(oldestKey, oldest);
    oldest.destroy();
  }

  #leave(key: string, socket: Socket): void {
    for (const sockets of [this.#strangers, this.#known])
      if (sockets.get(key) === socket) sockets.delete(key);
  }
}

function keyOf({ remoteAddress, remotePort }: Pick<Socket, "remoteAddress" | "remotePort">): string {
  return `${remoteAddress} ${remotePort}`;
}

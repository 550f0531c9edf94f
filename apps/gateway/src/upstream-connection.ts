import { createConnection, type Socket } from "node:net";

/** Long enough for a network that loses packets, short enough that an agent learns of it before it gives up. */
const CONNECT_TIMEOUT_MS = 10_000;

/** Connects to a database. Rejects when it does not answer in time. */
export function connectUpstream(address: { readonly host: string; readonly port: number }): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = createConnection({
      host: address.host,
      keepAlive: true,
      noDelay: true,
      port: address.port,
    });
    const late = setTimeout(() => {
      socket.destroy(new Error(`no connection within ${CONNECT_TIMEOUT_MS / 1000} seconds`));
    }, CONNECT_TIMEOUT_MS);
    const fail = (error: Error) => {
      clearTimeout(late);
      reject(error);
    };
    socket.once("error", fail);
    socket.once("connect", () => {
      clearTimeout(late);
      // Whoever uses the socket sees its end; an error that nobody listens for would end the process.
      socket.on("error", () => {});
      socket.off("error", fail);
      resolve(socket);
    });
  });
}

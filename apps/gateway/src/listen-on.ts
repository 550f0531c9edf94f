import { type AddressInfo, isIPv6, type Server } from "node:net";
import { GatewayError } from "./error.ts";

/**
 * Listens, and tells where. From then on an error concerns one connection that could not be accepted, and ends no process.
 *
 * @param what - for the error: what cannot listen
 * @throws GatewayError LISTEN_FAILED
 */
export function listenOn(
  server: Server,
  what: string,
  { host, port }: { readonly host: string; readonly port: number },
): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once("error", (cause: NodeJS.ErrnoException) => {
      const why = cause.code === "EADDRINUSE" ? "another program listens there" : cause.message;
      const message = `${what} on ${addressText(host, port)}: ${why}`;
      reject(new GatewayError("LISTEN_FAILED", message, { cause }));
    });
    server.listen({ host, port }, () => {
      server.removeAllListeners("error").on("error", () => {});
      resolve(addressText(host, (server.address() as AddressInfo).port));
    });
  });
}

export function addressText(host: string, port: number): string {
  return isIPv6(host) ? `[${host}]:${port}` : `${host}:${port}`;
}

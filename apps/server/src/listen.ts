import type { AddressInfo } from "node:net";
import { isIP, isIPv6 } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { ServerError } from "./error.ts";
import type { Api } from "./http/api.ts";
import type { ServerSettings } from "./process/settings.ts";

const PAUSE_MS = 100;

/**
 * Resolves to the port. A port that is taken is tried again for a while: the one before us may be about to end.
 *
 * @throws ServerError LISTEN_FAILED
 */
export async function listen(
  api: Api,
  { host, port }: Pick<ServerSettings, "host" | "port">,
  patienceMs: number,
): Promise<number> {
  await api.ready();
  for (const endMs = performance.now() + patienceMs; ; ) {
    try {
      await listenOnce(api, host, port);
      return (api.server.address() as AddressInfo).port;
    } catch (cause) {
      const { code, message } = cause as NodeJS.ErrnoException;
      if (code === "EADDRINUSE" && performance.now() < endMs) {
        await sleep(PAUSE_MS);
        continue;
      }
      const why = code === "EADDRINUSE" ? "another program listens there" : message;
      const what = `cannot listen on ${isIPv6(host) ? `[${host}]` : host}:${port}: ${why}`;
      throw new ServerError("LISTEN_FAILED", `${what} — choose another address with --listen`, { cause });
    }
  }
}

/** Not by the framework, which listens on both loopback addresses for `localhost`, and cannot try twice. */
function listenOnce({ server }: Api, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    // Neither may stay behind a try that failed: a port that is waited for is tried many times.
    const onError = (error: Error) => {
      server.off("listening", onListening);
      reject(error);
    };
    const onListening = () => {
      server.off("error", onError);
      server.on("error", () => {});
      resolve();
    };
    server.once("error", onError).once("listening", onListening);
    server.listen({ host, port });
  });
}

/** How this machine reaches what listens on `host`: everywhere includes here. */
export function urlOf({ host, tls }: Pick<ServerSettings, "host" | "tls">, port: number): string {
  const isEverywhere = host === "0.0.0.0" || (isIP(host) === 6 && /^[0:]+$/.test(host));
  const reachable = isEverywhere ? (host === "0.0.0.0" ? "127.0.0.1" : "::1") : host;
  return `${tls === undefined ? "http" : "https"}://${isIPv6(reachable) ? `[${reachable}]` : reachable}:${port}`;
}

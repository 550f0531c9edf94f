import { runServer } from "../run-server.ts";
import { DataPathLink } from "./data-path-link.ts";
import { ALIVE_INTERVAL_MS, type FromServer, type ToServer } from "./messages.ts";
import { stepBack } from "./step-back.ts";

/** The server's process. `startServerProcess` forks it; it ends with the process that did. */

// Whoever started us is gone, and with it the ledger's writer: the next one will want the port.
process.on("disconnect", () => process.exit(0));
// Ctrl-C reaches every process of a terminal. When we end is for the data path to say.
process.on("SIGINT", () => {});
process.on("SIGTERM", () => {});
stepBack();

const send = (message: FromServer): void => {
  if (process.connected) process.send?.(message, () => {});
};
setInterval(() => send({ kind: "alive" }), ALIVE_INTERVAL_MS);

const link = new DataPathLink(send);
let server: ReturnType<typeof runServer> | undefined;

process.on("message", (message: ToServer) => {
  if (message.kind === "start") {
    const { settings, listenPatienceMs } = message;
    const warn = (text: string) => send({ kind: "warning", text });
    server = runServer({ link, listenPatienceMs, settings, warn });
    server.then(
      ({ port, signInUrl, url }) => send({ kind: "ready", port, signInUrl, url }),
      (error: Error & { code?: string }) => {
        const code = error.code === "LISTEN_FAILED" ? error.code : "WORKER_FAILED";
        send({ code, kind: "failed", message: error.message });
      },
    );
  } else if (message.kind === "appended")
    server?.then(({ grown }) => grown(message.size, message.alerts)).catch(() => {});
  else if (message.kind === "stop") void stop();
  else link.receive(message);
});

async function stop(): Promise<void> {
  await server?.then(({ close }) => close()).catch(() => {});
  process.exit(0);
}

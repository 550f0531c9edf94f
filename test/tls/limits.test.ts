import { readFileSync } from "node:fs";
import { createSecureContext } from "node:tls";
import { encodeSslRequest } from "@custody/wire/postgres";
import { expect, type TestContext, test } from "vitest";
import { proxyDatabase } from "../capture/proxied-database.ts";
import { useTls } from "./bench.ts";
import { openPlain, openTls } from "./tls-client.ts";

/** Clients that take their time, to use up places that others need. */
const bench = useTls();

async function impatient(
  context: Pick<TestContext, "skip">,
  limits: { handshakeMs?: number; signInMs?: number },
) {
  const { agentSide, database } = await bench(context);
  const secureContext = createSecureContext({
    cert: readFileSync(agentSide.certificate),
    key: readFileSync(agentSide.key),
  });
  return proxyDatabase(database.url(), { tls: { isRequired: false, secureContext }, ...limits });
}

test("a handshake that dribbles in ends at its limit, and is on record", async (context) => {
  const proxied = await impatient(context, { handshakeMs: 200 });
  const startMs = performance.now();
  const socket = await openPlain(proxied.port);
  const ended = new Promise((resolve) => socket.once("close", resolve));
  socket.write(encodeSslRequest());
  await new Promise((resolve) => socket.once("data", resolve));
  // The head of a record of 512 bytes, and of a ClientHello in it, which then come one by one.
  socket.write(Buffer.from([0x16, 3, 1, 2, 0, 1, 0, 1, 0xfc, 3, 3]));
  const dribble = setInterval(() => socket.write(Buffer.from([0])), 20);
  await ended;
  clearInterval(dribble);
  expect(performance.now() - startMs).toBeLessThan(8_000);
  await expect
    .poll(() => proxied.recorder.drafts.map(({ details }) => details))
    .toMatchObject([{ code: "TLS_HANDSHAKE_FAILED", message: expect.stringContaining("more than 200 ms") }]);
  await proxied.close();
});

test.for([
  ["says nothing", false],
  ["says nothing after its handshake", true],
] as const)("a client that %s ends at the limit of signing in", async ([, isEncrypted], context) => {
  const proxied = await impatient(context, { signInMs: 200 });
  const startMs = performance.now();
  const socket = isEncrypted ? await openTls(proxied.port) : await openPlain(proxied.port);
  await new Promise((resolve) =>
    socket
      .resume()
      .once("end", () => socket.destroy())
      .once("close", resolve),
  );
  expect(performance.now() - startMs).toBeLessThan(8_000);
  await proxied.close();
});

test("a client that does not close after its refusal is cut off", { timeout: 60_000 }, async (context) => {
  const proxied = await impatient(context, {});
  const socket = await openPlain(proxied.port, true);
  socket.resume().write("GET / HTTP/1.1\r\n\r\n");
  const startMs = performance.now();
  // It keeps its own direction open, and notices the end only by writing into it.
  const writing = setInterval(() => socket.write("x"), 100);
  await new Promise((resolve) => socket.once("close", resolve));
  clearInterval(writing);
  expect(performance.now() - startMs).toBeLessThan(30_000);
  await proxied.close();
});

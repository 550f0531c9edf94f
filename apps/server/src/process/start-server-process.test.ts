import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { request } from "node:https";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { canonicalJson, fileKeySource, openLedger } from "@custody/ledger";
import { beforeAll, expect, onTestFinished, test } from "vitest";
import { optional } from "../../../../test/postgres/optional.ts";
import { HttpProblem } from "../http/http-problem.ts";
import { entryOf, recordOf, token } from "../testing/served-ledger.ts";
import { startServerProcess } from "./start-server-process.ts";

/** The process runs from the build. */
beforeAll(() => {
  const root = new URL("../../../../", import.meta.url);
  execFileSync(process.execPath, ["node_modules/typescript/bin/tsc", "--build", "apps/server"], {
    cwd: root,
  });
}, 240_000);

async function started(settings: object = {}, silenceMaxMs = 60_000) {
  const directory = mkdtempSync(join(tmpdir(), "custody-process-"));
  const describeEvent = ({ type }: { type: string }) => canonicalJson(recordOf({ type }));
  const ledger = await openLedger({ describeEvent, directory });
  onTestFinished(async () => {
    await ledger.close();
    rmSync(directory, { force: true, recursive: true });
  });
  const warnings: string[] = [];
  const server = await startServerProcess({
    dataPath: {
      alerts: {
        acknowledge: () => Promise.reject(new HttpProblem("not-found", "no alert has this id")),
        mark: { open: 3, version: 1 },
        page: async ({ limit }) => ({ alerts: [], next: null, open: limit }),
        test: async () => [],
        webhooks: [],
      },
      heldKeys: async () => ({
        current: await fileKeySource(join(directory, "keys/master.key")).read(),
        prepared: undefined,
      }),
      administer: (act, request) => Promise.resolve({ act, request }),
      identities: {
        act: () => Promise.resolve({}),
        known: async () => ({
          snapshot: { invitations: [], people: [], sessions: [], tokens: [] },
          usedMs: {},
        }),
        onRecord: () => () => {},
      },
      runs: {
        act: () => Promise.reject(new HttpProblem("token-refused", "no run has this token")),
        listening: () => [],
      },
      openSession: (body) => Promise.reject(new HttpProblem("request-invalid", JSON.stringify(body))),
      agentOf: () => null,
      recordReports: () => Promise.reject(new HttpProblem("internal", "not here")),
      recordCheckpoint: () => Promise.reject(new HttpProblem("internal", "not here")),
      get size() {
        return ledger.size;
      },
      status: () => ({ ledger: { failure: null, size: ledger.size }, pid: process.pid }) as never,
    },
    silenceMaxMs,
    settings: { directory, host: "127.0.0.1", port: 0, token, version: "1.2.3", ...settings },
    warn: (text) => warnings.push(text),
  });
  onTestFinished(() => server.close());
  const headers = { authorization: `Bearer ${token}` };
  return { directory, headers, ledger, server, warnings };
}

test("it asks the data path for alerts, and tells whoever follows them what that says", async () => {
  const { headers, server } = await started();
  const page = await fetch(`${server.url}/api/alerts?limit=7`, { headers });
  expect(await page.json()).toEqual({ alerts: [], next: null, open: 7 });
  const id = "01900000-0000-7000-8000-000000000000";
  const post = { headers, method: "POST" };
  expect((await fetch(`${server.url}/api/alerts/${id}/acknowledge`, post)).status).toBe(404);
  expect((await fetch(`${server.url}/api/alerts?kind=none`, { headers })).status).toBe(422);
  expect((await fetch(`${server.url}/api/alerts`)).status).toBe(401);
  const stream = await fetch(`${server.url}/api/alerts/stream`, { headers });
  let text = "";
  for await (const chunk of stream.body as AsyncIterable<Uint8Array>) {
    text += Buffer.from(chunk).toString();
    if (text.includes('"version":1')) break;
  }
  expect(text).toContain('event: alerts\ndata: {"open":3,"version":1}\n\n');
});

test("it asks the data path for what only that knows, and brings back its refusals", async () => {
  const { headers, ledger, server } = await started();
  const status = await (await fetch(`${server.url}/api/status`, { headers })).json();
  expect(status).toMatchObject({ index: { size: ledger.size }, pid: process.pid });
  const answer = await fetch(`${server.url}/api/sessions`, {
    body: '{"agent":"a"}',
    headers,
    method: "POST",
  });
  expect(answer.status).toBe(422);
  expect(await answer.json()).toEqual({ error: { code: "request-invalid", message: '{"agent":"a"}' } });
  expect(server.signInUrl).toMatch(new RegExp(`^${server.url}/#code=`));
});

test("it learns of what is recorded without being asked", async () => {
  const { headers, ledger, server } = await started();
  const response = await fetch(`${server.url}/api/stream?view=records`, { headers });
  const reader = (response.body as ReadableStream<Uint8Array>).getReader();
  const record = recordOf({ type: "test.seen" });
  await ledger.append(entryOf(record));
  let text = "";
  while (!text.includes(record.id)) text += Buffer.from((await reader.read()).value ?? []).toString();
  await reader.cancel();
});

test("a port that is taken is refused by name", async () => {
  const other = createServer().listen(0, "127.0.0.1");
  await once(other, "listening");
  onTestFinished(() => void other.close());
  const { port } = other.address() as { port: number };
  await expect(started({ port })).rejects.toMatchObject({
    code: "LISTEN_FAILED",
    message: expect.stringContaining(`127.0.0.1:${port}: another program listens there`),
  });
});

test("a port that is about to be free is waited for", async () => {
  const other = createServer().listen(0, "127.0.0.1");
  await once(other, "listening");
  const { port } = other.address() as { port: number };
  setTimeout(() => other.close(), 1500);
  const { server, warnings } = await started({ port });
  expect(server.url).toBe(`http://127.0.0.1:${port}`);
  expect(warnings).toEqual([]);
});

test("a directory without a ledger is named", async () => {
  await expect(started({ directory: "/nonexistent" })).rejects.toMatchObject({
    code: "WORKER_FAILED",
    message: expect.stringContaining("holds no ledger"),
  });
});

test("it says when it ended, comes back on its port, and stays away once it is closed", async () => {
  const { headers, server, warnings } = await started();
  const first = server.pid as number;
  process.kill(first, "SIGTERM");
  process.kill(first, "SIGINT");
  expect((await fetch(`${server.url}/healthz`)).status).toBe(200);
  process.kill(first, "SIGKILL");
  const status = () =>
    fetch(`${server.url}/api/status`, { headers })
      .then((answer) => answer.status)
      .catch(() => 0);
  await expect.poll(status, { timeout: 15_000 }).toBe(200);
  expect(server.pid).not.toBe(first);
  expect(warnings).toEqual([expect.stringContaining("ended (SIGKILL); it starts again in 250 ms")]);
  await server.close();
  expect(await status()).toBe(0);
});

test("a process that hangs is replaced", async () => {
  const { server, warnings } = await started({}, 2000);
  const first = server.pid as number;
  process.kill(first, "SIGSTOP");
  const status = () =>
    fetch(`${server.url}/healthz`, { signal: AbortSignal.timeout(500) })
      .then((answer) => answer.status)
      .catch(() => 0);
  await expect.poll(async () => server.pid !== first && (await status()), { timeout: 20_000 }).toBe(200);
  expect(warnings[0]).toContain("hangs");
});

test("with a certificate it speaks TLS, and says so to browsers", async (context) => {
  const openssl = optional("openssl", context);
  const folder = mkdtempSync(join(tmpdir(), "custody-tls-"));
  onTestFinished(() => rmSync(folder, { force: true, recursive: true }));
  const [key, cert] = [join(folder, "key.pem"), join(folder, "cert.pem")];
  const options = ["-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"];
  const names = ["-subj", "/CN=custody", "-addext", "subjectAltName=IP:127.0.0.1"];
  execFileSync(openssl, ["req", ...options, ...names, "-keyout", key, "-out", cert], { stdio: "ignore" });
  const tls = { cert: readFileSync(cert, "utf8"), key: readFileSync(key, "utf8") };
  const { server } = await started({ tls });
  expect(server.url).toMatch(/^https:\/\/127\.0\.0\.1:\d+$/);
  const sent = request(`${server.url}/healthz`, { ca: tls.cert });
  sent.end();
  const [response] = await once(sent, "response");
  expect(response.statusCode).toBe(200);
  expect(response.headers["strict-transport-security"]).toBe("max-age=31536000");
  response.resume();
});

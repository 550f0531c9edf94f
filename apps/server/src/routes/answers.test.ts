import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  commitment,
  parseEnvelope,
  parseReceipt,
  parseVerifierKey,
  tilePath,
  tilesOfSize,
  verifyReceipt,
} from "@custody/ledger/verifier";
import type { RecordIndex } from "@custody/views";
import { expect, onTestFinished, test, vi } from "vitest";
import type { z } from "zod";
import { createApi } from "../http/create-api.ts";
import { policyLoaded } from "../testing/policy-loaded.ts";
import { eraseProject, recordOf, serveLedger } from "../testing/served-ledger.ts";
import { signedInOwner } from "../testing/signed-in.ts";
import { addRoutes } from "./add-routes.ts";

test("everything acknowledged before a request is in its answer, while others append", async () => {
  const { append, ask, ledger } = await serveLedger();
  let isOver = false;
  const others = (async () => {
    while (!isOver) await append(...Array.from({ length: 7 }, () => recordOf()));
  })();
  onTestFinished(() => {
    isOver = true;
    return others;
  });
  for (let round = 0; round < 40; round += 1) {
    const own = recordOf({ type: "test.own" });
    await append(own);
    const size = ledger.durableSize;
    const { json } = await ask("/api/records?view=records&type=test.own&limit=1");
    expect(json.rows[0]?.id).toBe(own.id);
    expect(json.size).toBeGreaterThanOrEqual(size);
  }
});

test("a record comes with what it takes to check it", async () => {
  const { append, ask, ledger } = await serveLedger();
  const record = recordOf();
  const later = recordOf({ action: record.action });
  await append(record, later);
  const index = ledger.size - 2;
  await ledger.checkpoint();
  const { json } = await ask(`/api/records/${index}`);
  expect(json.record).toEqual(record);
  expect(JSON.parse(json.proof.payload)).toEqual(record);
  expect(json.proof.verifierKey).toBe(ledger.verifierKey);
  expect(json.related.map((each: { index: number }) => each.index)).toEqual([index, index + 1]);
  const { payload, receipt, salt, verifierKey } = json.proof;
  const { extra: entry = new Uint8Array() } = parseReceipt(receipt);
  const key = await parseVerifierKey(verifierKey);
  expect((await verifyReceipt({ entry, receipt, verifierKey: key })).index).toBe(index);
  const committed = await commitment(Buffer.from(salt, "base64"), Buffer.from(payload));
  expect(Buffer.from(committed).toString("base64")).toBe(parseEnvelope(entry).c);
  // An action is its newest record; a record's id is that record.
  expect((await ask(`/api/records/${record.action}`)).json.index).toBe(index + 1);
  expect((await ask(`/api/records/${later.id}`)).json.index).toBe(index + 1);
});

test("a record that no checkpoint covers yet has no receipt yet", async () => {
  const { append, ask, ledger } = await serveLedger();
  await ledger.checkpoint();
  await append(recordOf());
  expect((await ask(`/api/records/${ledger.size - 1}`)).json.proof.receipt).toBeNull();
});

test("a record that was tampered with is named as such", async () => {
  const { append, ask, ledger } = await serveLedger();
  await append(...Array.from({ length: 300 }, () => recordOf()));
  await ledger.checkpoint();
  const last = `/api/records/${ledger.size - 1}`;
  expect((await ask(last)).status).toBe(200);
  const payload = join(ledger.directory, "payload/000");
  await expect.poll(() => existsSync(payload)).toBe(true);
  writeFileSync(
    payload,
    readFileSync(payload).map((byte, at) => (at % 100 === 99 ? byte ^ 1 : byte)),
  );
  const { json, status } = await ask("/api/records/100");
  expect([status, json.error.code]).toEqual([500, "record-damaged"]);
  expect((await ask(last)).status).toBe(200);
});

test("a record that was destroyed is in no answer, and whoever asks for it by its place is told", async () => {
  const { append, ask, ledger, parts } = await serveLedger();
  const doomed = recordOf({
    message: { key: "test.note", params: { text: "zebra" } },
    project: "doomed",
    type: "test.doomed",
  });
  await append(recordOf(), doomed, recordOf());
  const index = ledger.size - 2;
  expect((await ask(`/api/records/${doomed.id}`)).json.index).toBe(index);
  expect((await ask("/metrics")).text).toContain('custody_records{type="test.doomed"} 1');
  await eraseProject(ledger, "doomed");
  const gone = await ask(`/api/records/${index}`);
  expect([gone.status, gone.json.error.code]).toEqual([410, "record-destroyed"]);
  expect((await ask(`/api/records/${doomed.id}`)).status).toBe(404);
  for (const path of [
    "/api/records?view=records",
    "/api/records?project=doomed",
    "/api/facets",
    "/api/tables",
    "/metrics",
  ])
    expect((await ask(path)).text).not.toMatch(/zebra|"doomed"|test\.doomed/);
  expect((await ask("/api/records")).json.size).toBe(ledger.size);
  await (parts.records as RecordIndex).purged();
  expect((await ask("/api/status")).json.index.erasures).toEqual({ orders: 1, purge: null, purged: 1 });
});

test("numbers say how statements ended", async () => {
  const { append, ask } = await serveLedger();
  await append(recordOf({ type: "db.statement.denied" }), recordOf({ type: "db.statement.completed" }));
  await ask("/api/records");
  const { headers, text } = await ask("/metrics");
  expect(headers["content-type"]).toContain("text/plain");
  expect(text).toContain('custody_records{type="db.statement.denied"} 1');
  expect(text).toContain('http_route="/api/records"');
  for (const name of ["custody_disk_free_bytes", "custody_data_path_up 1", "custody_index_lag_entries 0"])
    expect(text).toContain(name);
});

test("the log is served as tiles, for whoever checks logs", async () => {
  const { append, ask, ledger } = await serveLedger();
  await append(...Array.from({ length: 300 }, () => recordOf()));
  const note = await ledger.checkpoint();
  const checkpoint = await ask("/log/checkpoint", { headers: { host: "localhost" } });
  expect(checkpoint).toMatchObject({
    headers: { "cache-control": "no-cache", "content-type": "text/plain; charset=utf-8" },
    status: 200,
    text: note,
  });
  for (const { level, index, width } of tilesOfSize(ledger.size)) {
    const { headers, status, text } = await ask(`/log/${tilePath(level, index, width)}`);
    expect([status, text.length > 0]).toEqual([200, true]);
    expect(headers["content-type"]).toBe("application/octet-stream");
    expect(headers["cache-control"]).toBe("private, max-age=31536000, immutable");
  }
  expect((await ask("/log/tile/entries/000")).status).toBe(200);
});

test.each([
  "/log/tile/0/001",
  "/log/tile/0/../../keys/master.key",
  "/log/tile/..%2f..%2fkeys%2fmaster.key",
  "/log/tile/entries/..%2f..%2f..%2flocal.token",
  "/log/tile/0/x000/000",
  "/log/tile/0/000.p/256",
  "/log/tile/00/000",
  "/log/tile/0/000%00",
  "/log/tile/",
  "/log/keys/master.key",
])("%s is no tile", async (path) => {
  const { ask } = await serveLedger();
  const answer = await ask(path);
  expect([answer.status, answer.json?.error.code]).toEqual([404, "not-found"]);
});

test("it says whether it is ready", async () => {
  const { ask } = await serveLedger();
  const checks = { dataPath: "ok", index: "ok", ledger: "ok" };
  expect((await ask("/readyz")).json).toEqual({ checks, ready: true });
  expect((await ask("/healthz")).text).toBe("ok\n");
});

test("whoever asks without end whether it is ready does not keep the data path busy", async () => {
  const { ask, parts } = await serveLedger();
  const asked = vi.spyOn(parts.link, "ask");
  const answers = await Promise.all(Array.from({ length: 50 }, () => ask("/readyz")));
  expect(answers.map(({ json }) => json.ready)).toEqual(answers.map(() => true));
  expect(asked.mock.calls.length).toBeLessThan(5);
});

test("every route is documented, and answers as its document says", async () => {
  const served = await serveLedger();
  const { append, ask, parts } = served;
  const session = "01890000-0000-7000-8000-00000000000a";
  await append(policyLoaded("version: 1\nrules: []\n"), recordOf({ session }), recordOf({ session }));
  await append(recordOf({ session, type: "session.started" }));
  const found: {
    method: string;
    url: string;
    schema: { hide?: boolean; response?: Record<string, z.ZodType> };
  }[] = [];
  const api = await createApi({
    gatekeeper: { admit: () => {} } as never,
    settings: parts.settings,
    warn: () => {},
  });
  api.addHook("onRoute", ({ method, schema, url }) => {
    for (const each of [method].flat())
      if (each !== "HEAD") found.push({ method: each, schema: (schema ?? {}) as never, url });
  });
  await addRoutes(api, parts);
  // Those that read their bodies in a way of their own come with the start.
  await api.ready();
  const { paths } = (await ask("/api/openapi.json")).json;
  const shown = found.filter(({ schema }) => schema.hide !== true);
  expect(shown.length).toBeGreaterThan(10);
  for (const { method, url } of shown) {
    const documented = paths[url.replace(/:(\w+)/g, "{$1}").replace("/*", "/{*}")]?.[method.toLowerCase()];
    expect(documented?.summary, `${method} ${url}`).toBeTruthy();
  }
  // One address may be asked in more than one way.
  expect(Object.keys(paths)).toHaveLength(new Set(shown.map(({ url }) => url)).size);
  const asked = { "/api/records/:id": "/api/records/3" } as Record<string, string>;
  const owner = await signedInOwner(served);
  // What belongs to people is not the operator's.
  const own = ["/api/tokens"];
  let compared = 0;
  for (const { method, schema, url } of shown) {
    const shape = schema.response?.["200"];
    if (method !== "GET" || !shape || !("safeParse" in shape)) continue;
    const address = asked[url] ?? url.replace("/sessions/:id", `/sessions/${session}`);
    const json = (await ask(address, own.includes(url) ? { headers: owner.headers } : {})).json;
    expect(shape.safeParse(json).error, url).toBeUndefined();
    compared += 1;
  }
  expect(compared).toBeGreaterThan(4);
  await api.close();
});

test("the page is served with its own addresses, and its assets for ever", async () => {
  const page = mkdtempSync(join(tmpdir(), "custody-page-"));
  onTestFinished(() => rmSync(page, { force: true, recursive: true }));
  const { ask } = await serveLedger({ page });
  expect((await ask("/")).text).toContain("its page is not built");
  mkdirSync(join(page, "assets"));
  writeFileSync(join(page, "index.html"), "<!doctype html>");
  writeFileSync(join(page, "assets/a-1234.js"), "1;");
  writeFileSync(join(page, ".secret"), "s");
  for (const url of ["/", "/sessions/1", "/index.html"]) {
    const { headers, status, text } = await ask(url, { headers: { host: "localhost" } });
    expect([status, text, headers["cache-control"]]).toEqual([200, "<!doctype html>", "no-cache"]);
    expect(headers["content-type"]).toContain("text/html");
  }
  const asset = await ask("/assets/a-1234.js");
  expect(asset.headers).toMatchObject({ "cache-control": "public, max-age=31536000, immutable" });
  expect(asset.headers["content-type"]).toContain("javascript");
  for (const url of ["/assets/b.js", "/.secret", "/assets/..%2f.secret", "/..%2f..%2fetc%2fhosts.txt"])
    expect((await ask(url)).text, url).not.toBe("s");
  expect((await ask("/assets/b.js")).status).toBe(404);
});

test("an asset goes out compressed to whoever can read that, and plain to everybody else", async () => {
  const page = mkdtempSync(join(tmpdir(), "custody-page-"));
  onTestFinished(() => rmSync(page, { force: true, recursive: true }));
  mkdirSync(join(page, "assets"));
  writeFileSync(join(page, "index.html"), "<!doctype html>");
  writeFileSync(join(page, "assets/a-1234.js"), "plain");
  writeFileSync(join(page, "assets/a-1234.js.gz"), "as gzip");
  writeFileSync(join(page, "assets/a-1234.js.br"), "as brotli");
  const { ask } = await serveLedger({ page });
  const answers = [];
  for (const accepted of ["gzip, deflate, br", "gzip", "identity"]) {
    const { headers, text } = await ask("/assets/a-1234.js", { headers: { "accept-encoding": accepted } });
    expect(headers).toMatchObject({ "cache-control": "public, max-age=31536000, immutable" });
    expect(headers["content-type"]).toContain("javascript");
    expect(String(headers["vary"]).toLowerCase()).toContain("accept-encoding");
    answers.push([headers["content-encoding"], text]);
  }
  expect(answers).toEqual([
    ["br", "as brotli"],
    ["gzip", "as gzip"],
    [undefined, "plain"],
  ]);
});

import { expect, test } from "vitest";
import { makePageToken } from "../access/page-token.ts";
import { serveLedger, token } from "../testing/served-ledger.ts";

const host = "127.0.0.1:7070";
const authorization = `Bearer ${token}`;
const post = (payload: string, headers: Record<string, string> = {}) => ({
  headers: { authorization, host, ...headers },
  method: "POST" as const,
  payload,
});

test.each([
  ["no token", "/api/status", { headers: { host } }, 401, "token-refused"],
  ["another token", "/api/status", { headers: { authorization: "Bearer x", host } }, 401, "token-refused"],
  [
    "a longer token",
    "/api/status",
    { headers: { authorization: `${authorization}t`, host } },
    401,
    "token-refused",
  ],
  ["an escaped path", "/%61pi/status", { headers: { host } }, 401, "token-refused"],
  ["an unknown path without a token", "/api/nothing", { headers: { host } }, 401, "token-refused"],
  ["a tile without a token", "/log/tile/0/000", { headers: { host } }, 401, "token-refused"],
  [
    "a method that nothing has",
    "/nothing",
    { headers: { host }, method: "DELETE" as const },
    401,
    "token-refused",
  ],
  ["an unknown path", "/api/nothing", {}, 404, "not-found"],
  ["a path that is none", "/api/%zz", {}, 404, "not-found"],
  ["a path that is too long", `/api/records/${"1".repeat(600)}`, {}, 404, "not-found"],
  ["an unknown file", "/assets/a.js", {}, 200, undefined],
  ["another method", "/api/looks", {}, 405, "method-not-allowed"],
  ["a foreign host", "/", { headers: { host: "rebound.example:7070" } }, 421, "host-refused"],
  ["a broken body", "/api/sessions", post("{"), 400, "body-malformed"],
  ["an empty body", "/api/sessions", post(""), 422, "request-invalid"],
  ["a poisoned body", "/api/sessions", post('{"agent":"a","__proto__":{"x":1}}'), 400, "body-malformed"],
  ["a long body", "/api/sessions", post(JSON.stringify("x".repeat(65_536))), 413, "body-too-long"],
  ["a refused request", "/api/sessions", post('{"agent":"refused"}'), 422, "request-invalid"],
  ["a mistake of ours", "/api/sessions", post('{"agent":"broken"}'), 500, "internal"],
  ["a misspelt filter", "/api/records?sesion=x", {}, 422, "request-invalid"],
  ["a limit beyond it", "/api/records?limit=501", {}, 422, "request-invalid"],
  ["a record that is not there", "/api/records/99999", {}, 404, "not-found"],
  ["an id that is none", "/api/records/x", {}, 422, "request-invalid"],
])("%s is answered with its code", async (_, url, options, status, code) => {
  const { ask } = await serveLedger();
  const answer = await ask(url, options);
  expect(answer.status, answer.text).toBe(status);
  expect(answer.json?.error.code).toBe(code);
  expect(answer.text).not.toContain("shadow");
});

test("a mistake of ours is told to the operator", async () => {
  const { ask, warnings } = await serveLedger();
  await ask("/api/sessions", post('{"agent":"broken"}'));
  expect(warnings).toEqual([expect.stringContaining("POST /api/sessions: Error: a secret path")]);
});

test.each(["localhost", "LOCALHOST:80", "127.0.0.1:1", "[::1]:7070", "192.168.1.2", "custody.example"])(
  "the host %s is trusted",
  async (trusted) => {
    const { ask } = await serveLedger({ publicUrl: "https://custody.example" });
    expect((await ask("/", { headers: { host: trusted } })).status).toBe(200);
  },
);

test.each([
  ["another port of this machine", { origin: "http://127.0.0.1:3000" }],
  ["another site", { origin: "https://evil.example" }],
  ["nobody", { origin: "null" }],
  ["another scheme", { origin: "https://127.0.0.1:7070" }],
  ["a page of another site", { "sec-fetch-site": "cross-site" }],
  ["a page of another port", { "sec-fetch-site": "same-site" }],
])("a request that a browser makes for %s is refused, whatever token it shows", async (_, headers) => {
  const { ask } = await serveLedger();
  for (const url of ["/api/status", "/readyz", "/log/checkpoint", "/metrics", "/api/stream"]) {
    const answer = await ask(url, { headers: { authorization, host, ...headers } });
    expect([url, answer.status, answer.json?.error.code]).toEqual([url, 403, "origin-refused"]);
  }
  const signIn = await ask("/api/sign-in", post('{"code":"x"}', headers));
  expect(signIn.json.error.code).toBe("origin-refused");
  expect((await ask("/", { headers: { host, ...headers } })).status).toBe(200);
});

test("the page's own requests are let in, also by way of the public address", async () => {
  const { ask } = await serveLedger({ publicUrl: "https://custody.example" });
  for (const origin of ["http://127.0.0.1:7070", "https://custody.example"]) {
    const headers = { authorization, host, origin, "sec-fetch-site": "same-origin" };
    expect((await ask("/api/status", { headers })).status).toBe(200);
  }
});

test("no answer invites other origins, and every answer carries the browser's orders", async () => {
  const { ask } = await serveLedger();
  for (const url of ["/", "/api/status", "/api/nothing", "/healthz"]) {
    const { headers } = await ask(url);
    expect(Object.keys(headers).filter((name) => name.startsWith("access-control"))).toEqual([]);
    expect(headers).toMatchObject({
      "cross-origin-opener-policy": "same-origin",
      "cross-origin-resource-policy": "same-origin",
      "referrer-policy": "no-referrer",
      "x-content-type-options": "nosniff",
    });
    expect(headers["content-security-policy"]).toContain("default-src 'none'");
    expect(headers["content-security-policy"]).not.toContain("unsafe");
    expect(headers["strict-transport-security"]).toBeUndefined();
  }
});

test("a code signs one page in, once, and the page may read", async () => {
  const { ask, clock } = await serveLedger();
  const { json: code } = await ask("/api/sign-in-codes", post("{}"));
  expect(code.url).toBe(`http://127.0.0.1:7070/#code=${code.code}`);
  const exchange = () =>
    ask("/api/sign-in", { headers: { host }, method: "POST", payload: { code: code.code } });
  const { json: page } = await exchange();
  expect((await exchange()).status).toBe(401);
  const headers = { authorization: `Bearer ${page.token}`, host };
  expect((await ask("/api/records", { headers })).status).toBe(200);
  for (const url of ["/api/sessions", "/api/sign-in-codes"]) {
    const answer = await ask(url, { headers, method: "POST", payload: { agent: "a" } });
    expect([answer.status, answer.json.error.code]).toEqual([403, "not-permitted"]);
  }
  clock.nowMs += 12 * 3_600_000;
  expect((await ask("/api/records", { headers })).status).toBe(401);
});

test("an old code signs nobody in", async () => {
  const { ask, clock } = await serveLedger();
  const { json: code } = await ask("/api/sign-in-codes", post("{}"));
  clock.nowMs += 600_000;
  const answer = await ask("/api/sign-in", {
    headers: { host },
    method: "POST",
    payload: { code: code.code },
  });
  expect(answer.json.error.code).toBe("token-refused");
});

test("a page's token holds only as it was made, and only under the local token that made it", async () => {
  const { ask, clock } = await serveLedger();
  const good = makePageToken(token, clock.nowMs + 1000);
  const [head, expires, nonce, seal] = good.split(".") as [string, string, string, string];
  const status = async (shown: string) =>
    (await ask("/api/records", { headers: { authorization: `Bearer ${shown}`, host } })).status;
  expect(await status(good)).toBe(200);
  for (const bad of [
    makePageToken("another", clock.nowMs + 1000),
    [head, Number(expires) + 1, nonce, seal].join("."),
    [head, expires, nonce, seal.replace(/^./, (first) => (first === "A" ? "B" : "A"))].join("."),
    [head, expires, nonce].join("."),
    `${good}.`,
  ])
    expect(await status(bad), bad).toBe(401);
});

test("who guesses is slowed down and reported, and who knows is not", async () => {
  const { ask, clock, warnings } = await serveLedger();
  const guess = () => ask("/api/status", { headers: { authorization: "Bearer guess", host } });
  for (let at = 0; at < 20; at += 1) expect((await guess()).status).toBe(401);
  const refused = await guess();
  expect([refused.status, refused.json.error.code]).toEqual([429, "too-many-attempts"]);
  expect(refused.headers["retry-after"]).toBe("60");
  expect((await ask("/api/status")).status).toBe(200);
  expect(warnings).toHaveLength(2);
  clock.nowMs += 60_000;
  expect((await guess()).status).toBe(401);
});

test("numbers are for programs of this machine, and for whoever has a token", async () => {
  const { ask } = await serveLedger();
  expect((await ask("/metrics", { headers: { host } })).text).toContain("custody_ledger_entries 3");
  for (const options of [
    { headers: { host, "x-forwarded-for": "1.2.3.4" } },
    { headers: { host }, remoteAddress: "192.168.1.7" },
  ]) {
    expect((await ask("/metrics", options)).status).toBe(401);
    expect(
      (await ask("/metrics", { ...options, headers: { ...options.headers, authorization } })).status,
    ).toBe(200);
  }
});

test("where a public address leads here, numbers need a token: a proxy does not always say that it is one", async () => {
  const { ask } = await serveLedger({ publicUrl: "https://custody.example" });
  expect((await ask("/metrics", { headers: { host } })).status).toBe(401);
  expect((await ask("/metrics")).status).toBe(200);
});

import { once } from "node:events";
import { request } from "node:http";
import { connect } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ControlServer } from "./control-server.ts";
import { HttpProblem } from "./http-problem.ts";

const token = "t".repeat(43);
const bodies: unknown[] = [];
let url = new URL("http://127.0.0.1");

const server = new ControlServer({
  address: { host: "127.0.0.1", port: 0 },
  routes: {
    "GET /": () => "front\n",
    "GET /api/broken": () => {
      throw new Error("a secret path: /etc/shadow");
    },
    "GET /api/status": () => ({ fine: true }),
    "POST /api/sessions": (body) => {
      bodies.push(body);
      if (body === null) throw new HttpProblem("request-invalid", "no");
      return { session: "s" };
    },
  },
  token,
});

beforeAll(async () => {
  url = new URL(await server.listen());
});
afterAll(() => server.close());

interface Asked {
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string;
}

async function ask(path: string, { method = "GET", headers = {}, body }: Asked = {}) {
  const sent = request({ headers, host: url.hostname, method, path, port: url.port });
  sent.on("error", () => {});
  sent.end(body);
  const [response] = await once(sent, "response");
  let text = "";
  for await (const chunk of response) text += chunk;
  return { status: response.statusCode as number, text };
}

const authorized = { authorization: `Bearer ${token}` };

test("the front page and the health check need no token", async () => {
  expect(await ask("/")).toEqual({ status: 200, text: "front\n" });
});

test("the API answers to the token", async () => {
  expect(await ask("/api/status?x=1", { headers: authorized })).toEqual({
    status: 200,
    text: '{"fine":true}',
  });
  const posted = await ask("/api/sessions", { body: '{"agent":"a"}', headers: authorized, method: "POST" });
  expect(posted).toEqual({ status: 200, text: '{"session":"s"}' });
  expect(bodies.at(-1)).toEqual({ agent: "a" });
});

test.each([
  ["no token", "/api/status", {}, 401, "token-refused"],
  ["another token", "/api/status", { headers: { authorization: "Bearer x" } }, 401, "token-refused"],
  ["a longer token", "/api/status", { headers: { authorization: `Bearer ${token}t` } }, 401, "token-refused"],
  ["an unknown path without a token", "/api/nothing", {}, 401, "token-refused"],
  ["an unknown path", "/api/nothing", { headers: authorized }, 404, "not-found"],
  ["an inherited name", "/toString", {}, 404, "not-found"],
  ["another method", "/api/sessions", { headers: authorized }, 405, "method-not-allowed"],
  ["a foreign host", "/", { headers: { host: "rebound.example:7070" } }, 421, "host-refused"],
  [
    "a broken body",
    "/api/sessions",
    { body: "{", headers: authorized, method: "POST" },
    400,
    "body-malformed",
  ],
  [
    "a refused request",
    "/api/sessions",
    { body: "null", headers: authorized, method: "POST" },
    422,
    "request-invalid",
  ],
  ["a mistake of ours", "/api/broken", { headers: authorized }, 500, "internal"],
])("%s is answered with its code", async (_, path, asked, status, code) => {
  const answer = await ask(path, asked);
  expect(answer.status).toBe(status);
  expect(JSON.parse(answer.text).error.code).toBe(code);
  expect(answer.text).not.toContain("shadow");
});

test("a body is read up to 64 KiB", async () => {
  const asked = (size: number) => ({
    body: JSON.stringify("x".repeat(size - 2)),
    headers: authorized,
    method: "POST",
  });
  expect((await ask("/api/sessions", asked(65_536))).status).toBe(200);
  expect((await ask("/api/sessions", asked(65_537))).status).toBe(413);
});

test.each(["localhost", "LOCALHOST:80", "127.0.0.1:1", "[::1]:7070", "192.168.1.2"])(
  "the host %s is trusted",
  async (host) => {
    expect((await ask("/", { headers: { host } })).status).toBe(200);
  },
);

test("a port that is taken is refused by name", async () => {
  const address = { host: url.hostname, port: Number(url.port) };
  await expect(new ControlServer({ address, routes: {}, token }).listen()).rejects.toMatchObject({
    code: "LISTEN_FAILED",
  });
});

test("connections that say nothing are not taken without end", async () => {
  const sockets = Array.from({ length: 300 }, () => connect(Number(url.port), url.hostname));
  const closed = sockets.map((socket) => once(socket.on("error", () => {}).resume(), "close"));
  // Those beyond the limit are closed at once, and the rest by us.
  await Promise.race(closed);
  expect(sockets.filter(({ destroyed }) => destroyed).length).toBeGreaterThan(0);
  for (const socket of sockets) socket.destroy();
  await Promise.all(closed);
  expect((await ask("/")).status).toBe(200);
});

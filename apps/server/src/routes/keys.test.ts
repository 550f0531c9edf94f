import { expect, test } from "vitest";
import { makePageToken, PAGE_TOKEN_TTL_MS } from "../access/page-token.ts";
import { serveLedger, token } from "../testing/served-ledger.ts";

const recipients = ["age1qqqq"];
const question = (headers: Record<string, string> = {}, remoteAddress = "127.0.0.1") => ({
  headers: { authorization: `Bearer ${token}`, host: "127.0.0.1:7070", ...headers },
  method: "POST" as const,
  payload: { recipients },
  remoteAddress,
});

test("the operator gets a recovery copy on the machine itself", async () => {
  const { ask } = await serveLedger();
  const { json, status } = await ask("/api/keys/export", question());
  expect(status).toBe(200);
  expect(json).toMatchObject({ copy: expect.stringContaining("AGE"), generation: 1, recipients });
});

test("nobody gets one from another machine, by way of a proxy, or with a token that may only read", async () => {
  const { ask, clock } = await serveLedger();
  const page = makePageToken(token, clock.nowMs + PAGE_TOKEN_TTL_MS);
  for (const [asked, status] of [
    [question({}, "192.0.2.1"), 403],
    [question({ "x-forwarded-for": "192.0.2.1" }), 403],
    [question({ authorization: `Bearer ${page}` }), 403],
    [question({ authorization: "Bearer wrong" }), 401],
  ] as const) {
    const answer = await ask("/api/keys/export", asked);
    expect(answer.status).toBe(status);
    expect(answer.text).not.toContain("AGE");
  }
});

test("the master key itself can be asked for by no address", async () => {
  const { api, ask } = await serveLedger();
  const routes = api.printRoutes({ commonPrefix: false });
  expect(routes).toContain("export");
  expect(routes).not.toMatch(/held|master/i);
  expect((await ask("/api/keys/export", { ...question(), payload: {} })).status).toBe(422);
});

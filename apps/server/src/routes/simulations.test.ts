import { expect, test } from "vitest";
import { makePageToken, PAGE_TOKEN_TTL_MS } from "../access/page-token.ts";
import { serveLedger, token } from "../testing/served-ledger.ts";

const question = (authorization: string, statement = "SELECT 1") => ({
  headers: { authorization: `Bearer ${authorization}`, host: "127.0.0.1:7070" },
  method: "POST" as const,
  payload: { phase: "requested", statement, target: "shop" },
});

test("the operator has a simulation recorded, however long its statement is", async () => {
  const { ask } = await serveLedger();
  for (const statement of ["SELECT 1", `SELECT '${"x".repeat(256 * 1024)}'`]) {
    const { json, status } = await ask("/api/simulations", question(token, statement));
    expect({ json, status }).toEqual({ json: { action: "a", index: 7 }, status: 200 });
  }
});

test("nobody does with a token that may only read, or with none", async () => {
  const { ask, clock } = await serveLedger();
  const page = makePageToken(token, clock.nowMs + PAGE_TOKEN_TTL_MS);
  expect((await ask("/api/simulations", question(page))).status).toBe(403);
  expect((await ask("/api/simulations", question("wrong"))).status).toBe(401);
});

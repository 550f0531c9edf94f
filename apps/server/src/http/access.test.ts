import { ACTS, allows, type COLUMNS, isAct, OPERATOR_PAGE, ROLES } from "@custody/identity";
import { expect, test } from "vitest";
import { makePageToken } from "../access/page-token.ts";
import { serveLedger, token } from "../testing/served-ledger.ts";
import { bearerHeaders, type Headers, signedInOwner, signedInPerson } from "../testing/signed-in.ts";

const host = "127.0.0.1:7070";

/** Whoever may use a route may still be told that the request makes no sense; whoever may not learns nothing else. */
const isLetIn = (status: number) => status !== 401 && status !== 403;

/** What the machine refuses besides the table, whoever asks: a link for an owner when there is one. */
const REFUSED_BY_STATE = ["POST /api/users/invite-owner"];

/** A stream does not end, and whoever signs out is gone; both have tests of their own. */
const NOT_ASKED = ["/api/stream", "/api/alerts/stream", "/api/sign-out"];

test("every route lets in whom the table of roles lets in, and nobody else", async () => {
  const served = await serveLedger();
  const { ask, book, clock } = served;
  const owner = await signedInOwner(served);
  const askers = new Map<string, Headers>([
    ["operator", bearerHeaders(token)],
    ["page", bearerHeaders(makePageToken(token, clock.nowMs + 3_600_000))],
  ]);
  // Whatever role somebody has, an agent's token of theirs has no more than the column `agent`.
  const { secret } = await book.createToken(
    { kind: "agent", name: "robot", roles: ["owner"] },
    owner.principal,
  );
  askers.set("agent", bearerHeaders(secret));
  for (const role of ROLES)
    askers.set(
      role,
      role === "owner" ? owner.headers : (await signedInPerson(served, owner, role, [role])).headers,
    );
  const routes = served.routes
    .filter(({ method, url }) => method !== "HEAD" && !NOT_ASKED.includes(url))
    .map((route) => ({ ...route, method: route.method as "GET" | "POST" }))
    .filter(({ method }) => method === "GET" || method === "POST");
  expect(routes.length).toBeGreaterThan(30);
  const wrong: string[] = [];
  for (const { act, method, url } of routes) {
    const path = url.replace(":id", "x").replace("*", "x");
    const nobody = await ask(path, { headers: { host }, method });
    const isOpen = act === "page" || act === "public" || act === "local";
    if (isLetIn(nobody.status) !== isOpen && nobody.json?.error.code !== "sign-in-refused")
      wrong.push(`${method} ${url} as nobody: ${nobody.status}`);
    if (isOpen) continue;
    for (const [who, headers] of askers) {
      const column = who === "page" ? "viewer" : (who as (typeof COLUMNS)[number]);
      const expected = isAct(act) && allows(column, act);
      const { json, status } = await ask(path, { headers, method });
      if (expected && REFUSED_BY_STATE.includes(`${method} ${url}`)) continue;
      if (isLetIn(status) !== expected)
        wrong.push(`${method} ${url} (${act}) as ${who}: ${status} ${json?.error?.code}`);
    }
  }
  expect(wrong).toEqual([]);
}, 240_000);

test("every route names an act of the table, or says that it is open", async () => {
  const { routes } = await serveLedger();
  for (const { act, url } of routes)
    expect(isAct(act) || ["page", "public", "local", "run"].includes(act), `${url}: ${act}`).toBe(true);
  // What is open shows nothing of what is kept.
  const open = routes
    .filter(({ act, method }) => !isAct(act) && act !== "run" && method !== "HEAD")
    .map(({ url }) => url);
  expect([...new Set(open)].sort()).toEqual([
    "/*",
    "/api/device",
    "/api/device/token",
    "/api/invitations/accept",
    "/api/invitations/look",
    "/api/sign-in",
    "/api/sign-in/oidc",
    "/api/sign-in/oidc/start",
    "/api/sign-in/passkey",
    "/api/sign-in/passkey/options",
    "/api/sign-in/password",
    "/api/sign-in/token",
    "/api/sign-in/ways",
    "/healthz",
    "/log/checkpoint",
    "/metrics",
    "/readyz",
  ]);
});

test("what no route needs yet stands in the table for those that come", () => {
  expect(ACTS).toContain("holds.decide");
  expect(OPERATOR_PAGE.grants).toEqual([{ role: "viewer" }]);
});

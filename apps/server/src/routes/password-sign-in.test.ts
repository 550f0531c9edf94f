import { makeTotpSecret, makeVerifier, OPERATOR, totpCode } from "@custody/identity";
import { expect, test } from "vitest";
import { type ServedLedger, serveLedger } from "../testing/served-ledger.ts";
import { type Headers, signedInOwner, signedInPerson } from "../testing/signed-in.ts";

const host = "127.0.0.1:7070";
const password = "a bicycle made of cheese";
const verifier = makeVerifier(password);

async function withAda(): Promise<ServedLedger> {
  const served = await serveLedger();
  const { secret } = await served.book.inviteOwner(OPERATOR);
  await served.book.accept({ name: "ada", password: await verifier, secret });
  return served;
}

const post = (payload: object, headers: Headers = {}) => ({
  headers: { host, ...headers },
  method: "POST" as const,
  payload,
});

async function signIn(served: ServedLedger, given: object = {}, headers: Headers = {}) {
  const answer = await served.ask(
    "/api/sign-in/password",
    post({ name: "ada", password, ...given }, headers),
  );
  const cookie = String(answer.headers["set-cookie"] ?? "").split(";")[0] ?? "";
  const browser = { cookie, host, "x-custody-session": String(answer.json?.key) };
  return { ...answer, browser, cookie };
}

test("a browser gets a cookie that no script reads and no other site is sent, and a key", async () => {
  const served = await withAda();
  const { browser, headers, status } = await signIn(served);
  expect(status).toBe(200);
  expect(headers["set-cookie"]).toMatch(
    /^custody-session=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict; Max-Age=604800$/,
  );
  const me = await served.ask("/api/me", { headers: browser });
  expect(me.json).toMatchObject({ method: "password", name: "ada", roles: ["owner"] });
  expect(me.json.acts).toContain("holds.decide");
});

test("over TLS the cookie is for this host alone", async () => {
  const served = await serveLedger({ publicUrl: "https://custody.example" });
  const { secret } = await served.book.inviteOwner(OPERATOR);
  await served.book.accept({ name: "ada", password: await verifier, secret });
  const own = { host: "custody.example", origin: "https://custody.example" };
  const { cookie, headers, json } = await signIn(served, {}, own);
  expect(headers["set-cookie"]).toMatch(/^__Host-custody-session=.*; Path=\/; .*; Secure$/);
  const shown = { ...own, cookie, "x-custody-session": json.key };
  expect((await served.ask("/api/me", { headers: shown })).status).toBe(200);
});

test("a cookie without the key is nobody: whoever makes a browser ask, is not let in", async () => {
  const served = await withAda();
  const { browser, cookie } = await signIn(served);
  const user = { name: "eve", roles: ["owner"] };
  const own = { origin: `http://${host}`, "sec-fetch-site": "same-origin" };
  for (const headers of [{ cookie }, { cookie, ...own }, { cookie, "x-custody-session": "guess" }])
    expect((await served.ask("/api/users", post(user, headers))).status).toBe(401);
  // With both, the Origin is the second lock.
  for (const foreign of [{ origin: "http://127.0.0.1:3000" }, { "sec-fetch-site": "same-site" }]) {
    const answer = await served.ask("/api/users", post(user, { ...browser, ...foreign }));
    expect([answer.status, answer.json.error.code]).toEqual([403, "origin-refused"]);
  }
  expect((await served.ask("/api/users", post(user, { ...browser, ...own }))).status).toBe(200);
});

test("a session that was planted before the sign-in is not the one after it", async () => {
  const served = await withAda();
  const planted = { cookie: "custody-session=planted", "x-custody-session": "planted" };
  const { browser, cookie } = await signIn(served, {}, planted);
  expect(cookie).not.toContain("planted");
  expect((await served.ask("/api/me", { headers: { host, ...planted } })).status).toBe(401);
  // The planted cookie with the right key is not a session either.
  const mixed = { ...browser, cookie: planted.cookie };
  expect((await served.ask("/api/me", { headers: mixed })).status).toBe(401);
});

test("whatever is wrong, the same is answered", async () => {
  const served = await withAda();
  const wrong = await signIn(served, { password: "something else" });
  const unknown = await signIn(served, { name: "nobody at all" });
  expect([wrong.status, unknown.status]).toEqual([401, 401]);
  expect(unknown.text).toBe(wrong.text);
  expect(unknown.headers["set-cookie"]).toBeUndefined();
  expect(served.notes.map(({ details }) => details)).toMatchObject([
    { count: 1, name: "ada" },
    { count: 1, name: "nobody" },
  ]);
});

test("who guesses waits longer and longer, is locked, and both are on record", async () => {
  const served = await withAda();
  const guess = () => signIn(served, { password: "guess" });
  for (let at = 0; at < 4; at += 1) expect((await guess()).status).toBe(401);
  const waiting = await signIn(served);
  expect([waiting.status, waiting.json.error.code]).toEqual([429, "too-many-attempts"]);
  for (let at = 0; at < 6; at += 1) {
    served.clock.nowMs += 120_000;
    expect((await guess()).status).toBe(401);
  }
  const { people } = served.book.directory.state;
  const [ada] = [...people.values()];
  expect(ada?.lockedUntil).toBe(new Date(served.clock.nowMs + 900_000).toISOString());
  served.clock.nowMs += 899_000;
  expect((await signIn(served)).status).toBe(429);
  served.clock.nowMs += 2000;
  expect((await signIn(served)).status).toBe(200);
});

test("a second factor is asked for after the password, and a code counts once", async () => {
  const served = await withAda();
  const { browser } = await signIn(served);
  const totp = makeTotpSecret();
  const step = () => Math.floor(served.clock.nowMs / 30_000);
  const enrol = { password, totp: { code: totpCode(totp, step()), secret: totp } };
  expect((await served.ask("/api/me/totp", post(enrol, browser))).status).toBe(200);
  expect((await signIn(served)).json.error.code).toBe("code-needed");
  expect((await signIn(served, { code: "000000" })).json.error.code).toBe("sign-in-refused");
  expect((await signIn(served, { code: totpCode(totp, step()) })).status).toBe(401);
  served.clock.nowMs += 30_000;
  const code = totpCode(totp, step());
  expect((await signIn(served, { code })).status).toBe(200);
  expect((await signIn(served, { code })).status).toBe(401);
  expect(JSON.stringify(served.notes)).not.toContain(totp);
});

test("another password ends every session at once, and signing out ends this one", async () => {
  const served = await withAda();
  const one = await signIn(served);
  const two = await signIn(served);
  const status = async ({ browser }: typeof one) =>
    (await served.ask("/api/me", { headers: browser })).status;
  expect((await served.ask("/api/sign-out", post({}, one.browser))).headers["set-cookie"]).toContain(
    "Max-Age=0",
  );
  expect([await status(one), await status(two)]).toEqual([401, 200]);
  const weak = await served.ask("/api/me/password", post({ next: "short", password }, two.browser));
  expect(weak.json.error.code).toBe("request-invalid");
  const next = "another bicycle, of bread";
  expect((await served.ask("/api/me/password", post({ next, password }, two.browser))).status).toBe(200);
  expect(await status(two)).toBe(401);
  expect((await signIn(served)).status).toBe(401);
  expect((await signIn(served, { password: next })).status).toBe(200);
});

test("what is revoked or removed is out with the next request", async () => {
  const served = await serveLedger();
  const owner = await signedInOwner(served);
  const bob = await signedInPerson(served, owner, "bob", ["viewer"]);
  const see = () => served.ask("/api/records", { headers: bob.headers });
  expect((await see()).status).toBe(200);
  await served.ask(`/api/users/${bob.id}/roles`, post({ roles: ["member@lab"] }, owner.headers));
  expect((await served.ask("/api/tables", { headers: bob.headers })).status).toBe(403);
  await served.ask(`/api/users/${bob.id}/remove`, post({}, owner.headers));
  expect((await see()).status).toBe(401);
});

test("a link makes an owner, once, and shows what it is for", async () => {
  const { ask } = await serveLedger();
  const authorization = `Bearer ${"t".repeat(43)}`;
  const { json: invited } = await ask("/api/users/invite-owner", post({}, { authorization }));
  const secret = new URL(invited.url).hash.replace("#invitation=", "");
  const { json: offer } = await ask("/api/invitations/look", post({ secret }));
  expect(offer).toMatchObject({ name: null, purpose: "owner" });
  expect(offer.totp.uri).toContain(`secret=${offer.totp.secret}`);
  const accept = (given: object) =>
    ask("/api/invitations/accept", post({ name: "ada", password, secret, ...given }));
  expect((await accept({ password: "short" })).json.error.code).toBe("request-invalid");
  const wrongCode = { totp: { code: "000000", secret: offer.totp.secret } };
  expect((await accept(wrongCode)).json.error.code).toBe("sign-in-refused");
  const accepted = await accept({});
  expect([accepted.status, typeof accepted.json.key]).toEqual([200, "string"]);
  expect((await accept({ name: "eve" })).json.error.code).toBe("sign-in-refused");
  const again = await ask("/api/users/invite-owner", post({}, { authorization }));
  expect(again.json.error.code).toBe("not-permitted");
});

test("an owner is let in again from this machine only, and not by whoever speaks for others", async () => {
  const { ask } = await withAda();
  const authorization = `Bearer ${"t".repeat(43)}`;
  const { json } = await ask("/api/users", { headers: { authorization, host: "127.0.0.1:7070" } });
  const path = `/api/users/${json.users[0].id}/recover`;
  const proxied = await ask(path, post({}, { authorization, "x-forwarded-for": "10.0.0.1" }));
  expect(proxied.json.error.code).toBe("not-permitted");
  const { json: found } = await ask(path, post({}, { authorization }));
  const secret = new URL(found.url).hash.replace("#invitation=", "");
  expect((await ask("/api/invitations/look", post({ secret }))).json).toMatchObject({
    name: "ada",
    purpose: "reset",
  });
});

test("a command line is let in by whoever confirms it, once", async () => {
  const served = await withAda();
  const { ask } = served;
  const { browser } = await signIn(served);
  const { json: begun } = await ask("/api/device", post({ client: "laptop" }));
  expect(begun.verification_uri_complete).toBe(`http://${host}/#device=${begun.user_code}`);
  const poll = () => ask("/api/device/token", post({ device_code: begun.device_code }));
  expect((await poll()).json.error.code).toBe("authorization-pending");
  const typed = begun.user_code.toLowerCase().replace("-", " ");
  expect((await ask("/api/device/look", post({ user_code: typed }, browser))).json.client).toBe("laptop");
  const confirm = { allow: true, user_code: typed };
  expect((await ask("/api/device/confirm", post(confirm))).status).toBe(401);
  expect((await ask("/api/device/confirm", post(confirm, browser))).status).toBe(200);
  const { token } = (await poll()).json;
  expect((await poll()).json.error.code).toBe("sign-in-refused");
  const me = await ask("/api/me", { headers: { authorization: `Bearer ${token}`, host } });
  expect(me.json).toMatchObject({ assurance: "token", method: "device", name: "ada" });
  served.clock.nowMs += 12 * 3_600_000;
  expect((await ask("/api/me", { headers: { authorization: `Bearer ${token}`, host } })).status).toBe(401);
});

test("tokens are listed without what they are, and end when they are revoked", async () => {
  const served = await withAda();
  const { browser } = await signIn(served);
  const made = await served.ask(
    "/api/tokens",
    post({ kind: "agent", name: "robot", roles: ["member"] }, browser),
  );
  const { id, token } = made.json;
  const list = await served.ask("/api/tokens", { headers: browser });
  expect(list.json.tokens).toMatchObject([
    { id, kind: "agent", name: "robot", roles: ["member"], userName: "ada" },
  ]);
  expect(list.text).not.toContain(token);
  const bearer = { authorization: `Bearer ${token}`, host };
  expect((await served.ask("/api/status", { headers: bearer })).status).toBe(200);
  expect((await served.ask("/api/records", { headers: bearer })).status).toBe(403);
  await served.ask(`/api/tokens/${id}/revoke`, post({}, browser));
  expect((await served.ask("/api/status", { headers: bearer })).status).toBe(401);
});

test("a storm of guesses is bounded on record, and counted exactly", async () => {
  const served = await serveLedger();
  const guess = (remoteAddress: string) =>
    served.ask("/api/me", { headers: { authorization: "Bearer guess", host }, remoteAddress });
  for (let at = 0; at < 150; at += 1) for (const _ of [1, 2]) await guess(`127.0.${at}.1`);
  // One for each of the first hundred addresses, and one for all the others.
  expect(served.notes).toHaveLength(101);
  await served.close();
  const total = served.notes.reduce((sum, { details }) => sum + Number(details?.["count"]), 0);
  expect(total).toBe(300);
  expect(served.notes.length).toBeLessThanOrEqual(202);
});

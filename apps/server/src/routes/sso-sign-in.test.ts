import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { type Account, CLIENT_ID, CLIENT_SECRET, TestProvider } from "../../../../test/sso/test-provider.ts";
import { boundedFetch } from "../sso/bounded-fetch.ts";
import type { OidcSettings } from "../sso/settings.ts";
import { serveLedger } from "../testing/served-ledger.ts";
import { signedInOwner, signedInPerson } from "../testing/signed-in.ts";

const publicUrl = "http://localhost:7070";
const redirectUri = `${publicUrl}/sign-in/oidc`;
const browser = { host: "localhost:7070", origin: publicUrl, "sec-fetch-site": "same-origin" };

const accounts: Readonly<Record<string, Account>> = {
  bob: { email: "bob@corp.example", email_verified: true },
  eve: { email: "bob@corp.example", email_verified: false },
  mallory: { email: "mallory@corp.example", email_verified: true },
};

interface Begun {
  readonly url: string;
  readonly key: string;
  readonly cookie: string;
}

/** A provider, and a Custody where bob is an approver who is known to it by his email. */
async function serve(more: Partial<OidcSettings> = {}) {
  const provider = await TestProvider.start({ accounts, redirectUri });
  onTestFinished(() => provider.stop());
  const settings: OidcSettings = {
    clientId: CLIENT_ID,
    clientSecret: CLIENT_SECRET,
    issuer: provider.issuer,
    name: "Work",
    scopes: ["openid", "email"],
    ...more,
  };
  const served = await serveLedger({ oidc: settings, publicUrl });
  const ada = await signedInOwner(served);
  const bob = await signedInPerson(served, ada, "bob", ["approver"]);
  await served.book.nameSso({ email: "bob@corp.example", user: bob.id }, ada.principal);
  const begin = async (): Promise<Begun> => {
    const answer = await served.ask("/api/sign-in/oidc/start", { headers: browser, method: "POST" });
    expect(answer.status, answer.text).toBe(200);
    const [cookie = ""] = String(answer.headers["set-cookie"]).split(";");
    return { cookie, key: answer.json.key, url: answer.json.url };
  };
  const finish = (
    { cookie, key }: Pick<Begun, "cookie" | "key">,
    came: URL,
    headers: object = {},
    remoteAddress = "127.0.0.1",
  ) =>
    served.ask("/api/sign-in/oidc", {
      headers: { ...browser, cookie, ...headers },
      method: "POST",
      payload: { answer: came.search, key },
      remoteAddress,
    });
  const comeIn = async (account: string) => {
    const begun = await begin();
    return finish(begun, await provider.signIn(begun.url, account));
  };
  const refusals = () => served.notes.filter(({ type }) => type === "access.sign-in-refused").length;
  return { ada, begin, bob, comeIn, finish, provider, refusals, served };
}

type Test = Awaited<ReturnType<typeof serve>>;

function refused(code: string) {
  return {
    json: { error: { code: "sign-in-refused", message: expect.stringContaining(code) } },
    status: 401,
  };
}

/** The headers of a browser that has both halves of the session that an answer gave. */
function sessionOf({ headers, json }: Awaited<ReturnType<Test["finish"]>>) {
  const cookies = [headers["set-cookie"] ?? []].flat().map((each) => each.split(";")[0] as string);
  const cookie = cookies.find((each) => each.startsWith("custody-session=")) ?? "";
  return { ...browser, cookie, "x-custody-session": json.key };
}

test("somebody who was named by their email comes in, and is known by their subject from then on", async () => {
  const { comeIn, provider, refusals, served } = await serve();
  expect((await served.ask("/api/sign-in/ways", { headers: browser })).json.oidc).toEqual({
    name: "Work",
    origin: publicUrl,
  });
  // Nobody has asked the provider for anything so far.
  expect(provider.asked).toEqual([]);
  const signedIn = await comeIn("bob");
  expect(signedIn.status, signedIn.text).toBe(200);
  const me = await served.ask("/api/me", { headers: sessionOf(signedIn) });
  expect(me.json).toMatchObject({ assurance: "sso", method: "sso", name: "bob", roles: ["approver"] });
  expect((await comeIn("bob")).status).toBe(200);
  const { subject } = served.book.directory.personNamed("bob") ?? {};
  expect(subject).toEqual({ issuer: provider.issuer, subject: "bob" });
  expect(refusals()).toBe(0);
});

test("what goes to the provider has PKCE, a state and a nonce, and the way back is the public one", async () => {
  const { begin } = await serve({ maxAgeSeconds: 60, scopes: ["openid", "email", "profile"] });
  const asked = Object.fromEntries(new URL((await begin()).url).searchParams);
  expect(asked).toMatchObject({
    client_id: CLIENT_ID,
    code_challenge: expect.stringMatching(/^[\w-]{43}$/),
    code_challenge_method: "S256",
    max_age: "60",
    nonce: expect.stringMatching(/^[\w-]{43}$/),
    redirect_uri: redirectUri,
    response_type: "code",
    scope: "openid email profile",
    state: expect.stringMatching(/^[\w-]{43}$/),
  });
});

test.each([
  ["mallory", "SSO_NOT_NAMED"],
  ["eve", "SSO_EMAIL_UNVERIFIED"],
  ["somebody without an email", "SSO_NOT_NAMED"],
])("%s is not let in: %s, on record", async (account, code) => {
  const { comeIn, refusals, served } = await serve();
  expect(await comeIn(account)).toMatchObject(refused(code));
  expect(refusals()).toBe(1);
  expect(served.book.directory.state.people.size).toBe(2);
});

test("whoever was removed is not let in", async () => {
  const { ada, bob, comeIn, served } = await serve();
  await comeIn("bob");
  await served.book.removeUser({ user: bob.id }, ada.principal);
  expect(await comeIn("bob")).toMatchObject(refused("SSO_NOT_NAMED"));
});

test("a state that was made up, a key or cookie of another browser, and none, let nobody in", async () => {
  const { begin, finish, provider, refusals } = await serve();
  const mine = await begin();
  const other = await begin();
  const came = await provider.signIn(mine.url, "bob");
  const forged = new URL(came);
  forged.searchParams.set("state", "made-up");
  expect(await finish(mine, forged)).toMatchObject(refused("SSO_STATE_WRONG"));
  // Somebody else's way back, put before this browser: login CSRF.
  expect(await finish({ cookie: "", key: "" }, came)).toMatchObject(refused("SSO_STATE_WRONG"));
  expect(await finish(other, came)).toMatchObject(refused("SSO_STATE_WRONG"));
  expect(await finish({ cookie: mine.cookie, key: other.key }, came)).toMatchObject(
    refused("SSO_STATE_WRONG"),
  );
  expect(await finish({ cookie: other.cookie, key: mine.key }, came)).toMatchObject(
    refused("SSO_STATE_WRONG"),
  );
  const changed = `${mine.cookie.slice(0, -4)}AAAA`;
  expect(await finish({ cookie: changed, key: mine.key }, came)).toMatchObject(refused("SSO_STATE_WRONG"));
  expect(refusals()).toBe(1);
  // None of that has cost the one whose it is their way in.
  expect((await finish(mine, came)).status).toBe(200);
});

test("what was used does not work again, and the cookie is taken away", async () => {
  const { begin, finish, provider } = await serve();
  const begun = await begin();
  const came = await provider.signIn(begun.url, "bob");
  const first = await finish(begun, came);
  expect(first.status).toBe(200);
  expect(String(first.headers["set-cookie"])).toContain(
    "custody-sign-in=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0",
  );
  expect(await finish(begun, came)).toMatchObject(refused("SSO_STATE_WRONG"));
});

test("after ten minutes it is over", async () => {
  const { begin, finish, provider, served } = await serve();
  const begun = await begin();
  const came = await provider.signIn(begun.url, "bob");
  served.clock.nowMs += 10 * 60_000;
  expect(await finish(begun, came)).toMatchObject(refused("SSO_STATE_WRONG"));
});

test("a session that a browser had before is not the one that it gets", async () => {
  const { begin, finish, provider, served } = await serve();
  const begun = await begin();
  const came = await provider.signIn(begun.url, "bob");
  const planted = `${begun.cookie}; custody-session=planted`;
  const signedIn = await finish(begun, came, { cookie: planted });
  const session = sessionOf(signedIn);
  expect(session.cookie).not.toContain("planted");
  const asPlanted = { ...session, cookie: "custody-session=planted" };
  expect((await served.ask("/api/me", { headers: asPlanted })).status).toBe(401);
  expect((await served.ask("/api/me", { headers: session })).status).toBe(200);
});

test("another website can neither begin a sign-in nor end one", async () => {
  const { begin, finish, provider, served } = await serve();
  const foreign = { host: "localhost:7070", origin: "https://evil.example", "sec-fetch-site": "cross-site" };
  const start = await served.ask("/api/sign-in/oidc/start", { headers: foreign, method: "POST" });
  expect(start).toMatchObject({ json: { error: { code: "origin-refused" } }, status: 403 });
  const begun = await begin();
  const came = await provider.signIn(begun.url, "bob");
  expect((await finish(begun, came, foreign)).status).toBe(403);
});

test("a token with another nonce, of another issuer, for another client or with another signature proves nothing", async () => {
  const { begin, finish, provider, refusals } = await serve();
  const other = await TestProvider.start({ accounts, redirectUri });
  onTestFinished(() => other.stop());
  const swapped = await begin();
  const url = new URL(swapped.url);
  url.searchParams.set("nonce", "of-somebody-else");
  expect(await finish(swapped, await provider.signIn(url.href, "bob"))).toMatchObject(
    refused("SSO_ANSWER_INVALID"),
  );
  // RFC 9207: the answer says itself whose it is.
  const mixed = await begin();
  const came = await provider.signIn(mixed.url, "bob");
  expect(came.searchParams.get("iss")).toBe(provider.issuer);
  came.searchParams.set("iss", other.issuer);
  expect(await finish(mixed, came)).toMatchObject(refused("SSO_ANSWER_INVALID"));
  const silent = await begin();
  const without = await provider.signIn(silent.url, "bob");
  without.searchParams.delete("iss");
  expect(await finish(silent, without)).toMatchObject(refused("SSO_ANSWER_INVALID"));
  for (const change of [
    (claims: Record<string, unknown>) => ({ ...claims, iss: other.issuer }),
    (claims: Record<string, unknown>) => ({ ...claims, aud: "another client" }),
    (claims: Record<string, unknown>) => ({ ...claims, sub: "ada" }),
  ]) {
    provider.tamper = (tokens) => ({ ...tokens, id_token: changed(String(tokens["id_token"]), change) });
    const begun = await begin();
    expect(await finish(begun, await provider.signIn(begun.url, "bob"))).toMatchObject(
      refused("SSO_ANSWER_INVALID"),
    );
  }
  expect(refusals()).toBe(1);
});

/** The token says something else, and its signature stays. */
function changed(token: string, change: (claims: Record<string, unknown>) => object): string {
  const [head, body = "", signature] = token.split(".");
  const claims = JSON.parse(Buffer.from(body, "base64url").toString("utf8")) as Record<string, unknown>;
  return [head, Buffer.from(JSON.stringify(change(claims))).toString("base64url"), signature].join(".");
}

test("without the provider's signature nobody becomes somebody who is known already", async () => {
  const { comeIn, provider } = await serve();
  expect((await comeIn("bob")).status).toBe(200);
  provider.tamper = (tokens) => ({
    ...tokens,
    id_token: changed(String(tokens["id_token"]), (claims) => ({ ...claims, sub: "bob" })),
  });
  expect(await comeIn("mallory")).toMatchObject(refused("SSO_ANSWER_INVALID"));
});

test("a token that another provider has signed as it should is still of another provider", async () => {
  const { begin, finish, provider } = await serve();
  const other = await TestProvider.start({ accounts, redirectUri });
  onTestFinished(() => other.stop());
  const begun = await begin();
  const { search } = new URL(begun.url);
  let foreign: object | undefined;
  other.tamper = (tokens) => {
    foreign = tokens;
    return tokens;
  };
  // The same nonce and the same client, at a provider where mallory may call herself bob.
  const verifier = "v".repeat(43);
  const theirs = new URL(`${other.issuer}/auth${search}`);
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(verifier));
  theirs.searchParams.set("code_challenge", Buffer.from(digest).toString("base64url"));
  const there = await other.signIn(theirs.href, "bob");
  const redeemed = await fetch(`${other.issuer}/token`, {
    body: new URLSearchParams({
      code: there.searchParams.get("code") ?? "",
      code_verifier: verifier,
      grant_type: "authorization_code",
      redirect_uri: redirectUri,
    }),
    headers: { authorization: `Basic ${btoa(`${CLIENT_ID}:${encodeURIComponent(CLIENT_SECRET)}`)}` },
    method: "POST",
  });
  expect(redeemed.status, await redeemed.text()).toBe(200);
  provider.tamper = () => foreign ?? {};
  expect(await finish(begun, await provider.signIn(begun.url, "bob"))).toMatchObject(
    refused("SSO_ANSWER_INVALID"),
  );
});

test("a code that was made up, and a provider that lets nobody in, let nobody in", async () => {
  const { begin, finish, provider, refusals, served } = await serve();
  const begun = await begin();
  const came = await provider.signIn(begun.url, "bob");
  came.searchParams.set("code", "made-up");
  expect(await finish(begun, came)).toMatchObject(refused("SSO_PROVIDER_REFUSED"));
  expect(refusals()).toBe(1);
  const cancelled = await begin();
  const state = new URL(cancelled.url).searchParams.get("state") ?? "";
  const answer = new URLSearchParams({ error: "access_denied", iss: provider.issuer, state });
  const no = await finish(cancelled, new URL(`${redirectUri}?${answer}`));
  expect(no).toMatchObject(refused("SSO_CANCELLED"));
  expect(no.json.error.message).toContain("access_denied");
  // To change one's mind is no attack.
  expect(served.warnings.filter((text) => text.includes("wrong link"))).toHaveLength(1);
});

test("a wrong secret is told to the operator, and whose it is not to whoever signs in", async () => {
  const { comeIn, served } = await serve({ clientSecret: "another one" });
  expect(await comeIn("bob")).toMatchObject(refused("SSO_PROVIDER_REFUSED"));
  expect(served.warnings).toContain("single sign-on: Work refuses our requests: invalid_client");
});

test("whoever tries too often waits", async () => {
  const { finish } = await serve();
  const nothing = { cookie: "", key: "" };
  for (let at = 0; at < 20; at += 1) await finish(nothing, new URL(`${redirectUri}?state=${at}`));
  expect(await finish(nothing, new URL(`${redirectUri}?state=x`))).toMatchObject({
    json: { error: { code: "too-many-attempts" } },
    status: 429,
  });
});

const turnedAway = { json: { error: { code: "too-many-attempts" } }, status: 429 };

test("whoever is turned away for want of room takes the same way back again", async () => {
  const { begin, finish, provider } = await serve();
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  let held = 0;
  provider.tamper = async (tokens) => {
    held += 1;
    await opened;
    return tokens;
  };
  const comeFrom = async (address: string) => {
    const begun = await begin();
    const came = await provider.signIn(begun.url, "bob");
    return () => finish(begun, came, {}, address);
  };
  const ways = [];
  for (let at = 0; at < 20; at += 1) ways.push(await comeFrom(`10.0.0.${Math.floor(at / 5)}`));
  const greedy = await comeFrom("10.0.0.0");
  const late = await comeFrom("10.0.1.1");
  const under = ways.slice(0, 5).map((finishOne) => finishOne());
  await expect.poll(() => held).toBe(5);
  // Nobody takes all the room from one address.
  expect(await greedy()).toMatchObject(turnedAway);
  under.push(...ways.slice(5).map((finishOne) => finishOne()));
  await expect.poll(() => held).toBe(20);
  const first = await late();
  expect(first).toMatchObject(turnedAway);
  expect(first.headers["set-cookie"]).toBeUndefined();
  expect(held).toBe(20);
  open();
  expect((await Promise.all(under)).map(({ status }) => status)).toEqual(Array(20).fill(200));
  expect((await late()).status).toBe(200);
});

test("whoever brings made-up codes too often has the provider asked no more, and loses no ticket", async () => {
  const { begin, finish, provider, served } = await serve();
  const asked = () => provider.asked.filter((path) => path === "/token").length;
  for (let at = 0; at < 20; at += 1) {
    const begun = await begin();
    const state = new URL(begun.url).searchParams.get("state") ?? "";
    const answer = new URLSearchParams({ code: `made-up-${at}`, iss: provider.issuer, state });
    await finish(begun, new URL(`${redirectUri}?${answer}`));
  }
  expect(asked()).toBe(20);
  const mine = await begin();
  const came = await provider.signIn(mine.url, "bob");
  expect(await finish(mine, came)).toMatchObject(turnedAway);
  expect(asked()).toBe(20);
  const other = await begin();
  expect((await finish(other, await provider.signIn(other.url, "bob"), {}, "10.0.0.9")).status).toBe(200);
  served.clock.nowMs += 60_000;
  expect((await finish(mine, came)).status).toBe(200);
});

test("whoever guesses tokens keeps nobody at the same address from signing in at the provider", async () => {
  const { comeIn, served } = await serve();
  for (let at = 0; at < 30; at += 1)
    await served.ask("/api/me", { headers: { ...browser, authorization: `Bearer wrong-${at}` } });
  expect((await comeIn("bob")).status).toBe(200);
});

test("neither answers, nor warnings, nor records have a code, a token or a secret in them", async () => {
  const { begin, comeIn, finish, provider, served } = await serve();
  const secrets: string[] = [CLIENT_SECRET];
  provider.tamper = (tokens) => {
    secrets.push(String(tokens["id_token"]), String(tokens["access_token"]));
    return tokens;
  };
  const texts: string[] = [];
  for (const account of ["bob", "mallory", "eve"]) texts.push((await comeIn(account)).text);
  provider.tamper = (tokens) => {
    secrets.push(String(tokens["id_token"]), String(tokens["access_token"]));
    return { ...tokens, id_token: "no.token.atall" };
  };
  const begun = await begin();
  const came = await provider.signIn(begun.url, "bob");
  secrets.push(came.searchParams.get("code") ?? "");
  texts.push((await finish(begun, came)).text);
  for await (const { i } of served.parts.reader.envelopes(0))
    texts.push(String((await served.parts.reader.entry(i)).payload));
  texts.push(JSON.stringify(served.notes), ...served.warnings);
  expect(secrets.length).toBeGreaterThan(8);
  for (const secret of secrets) for (const text of texts) expect(text).not.toContain(secret);
});

test("a provider that is down is said to be, is asked again later, and no other way in suffers", async () => {
  const { begin, comeIn, finish, provider, refusals, served } = await serve();
  const begun = await begin();
  const came = await provider.signIn(begun.url, "bob");
  await provider.stop();
  const unreachable = {
    json: {
      error: { code: "sso-unreachable", message: expect.stringContaining("SSO_PROVIDER_UNREACHABLE") },
    },
    status: 502,
  };
  expect(await finish(begun, came)).toMatchObject(unreachable);
  // What it said of itself is known for an hour; then it would have to be asked.
  await expect(comeIn("bob")).rejects.toThrow();
  served.clock.nowMs += 3_600_001;
  const start = () => served.ask("/api/sign-in/oidc/start", { headers: browser, method: "POST" });
  expect(await start()).toMatchObject(unreachable);
  const warned = served.warnings.length;
  expect(await start()).toMatchObject(unreachable);
  expect(served.warnings.length).toBe(warned);
  expect(refusals()).toBe(0);
  expect((await served.ask("/api/sign-in/ways", { headers: browser })).status).toBe(200);
});

test("a provider that says nothing is given up on", async () => {
  const server = createServer(() => {});
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const { served } = await serve({ issuer });
  const answer = await served.ask("/api/sign-in/oidc/start", { headers: browser, method: "POST" });
  expect(answer).toMatchObject({ json: { error: { code: "sso-unreachable" } }, status: 502 });
});

test.each(["javascript:alert(1)", "https://id.example/auth", undefined])(
  "a provider that sends browsers to %s is none",
  async (place) => {
    const server = createServer((_, response) => {
      const endpoints = { authorization_endpoint: place, token_endpoint: `${issuer}/token` };
      response.setHeader("content-type", "application/json");
      response.end(JSON.stringify({ ...endpoints, issuer, jwks_uri: `${issuer}/jwks` }));
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => void server.close());
    const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const { served } = await serve({ issuer });
    const answer = await served.ask("/api/sign-in/oidc/start", { headers: browser, method: "POST" });
    expect(answer).toMatchObject({ json: { error: { code: "sso-unreachable" } }, status: 502 });
  },
);

test("an answer that does not end is given up on", async () => {
  const server = createServer((_, response) => {
    response.setHeader("content-type", "application/json");
    const timer = setInterval(() => response.write("x".repeat(256 * 1024)), 1);
    response.on("close", () => clearInterval(timer));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  const endless = await boundedFetch(`http://127.0.0.1:${port}`, {
    body: undefined,
    headers: {},
    method: "GET",
    redirect: "manual",
  }).catch((error: Error) => error.message);
  expect(endless).toBe("the answer is too long");
});

test("an issuer that is written in another way is said to be, so that nobody is named by it", async () => {
  const { provider, served } = await serve();
  const slashed = await serveLedger({
    oidc: { clientId: CLIENT_ID, issuer: `${provider.issuer}/`, name: "Work", scopes: ["openid"] },
    publicUrl,
  });
  const answer = await slashed.ask("/api/sign-in/oidc/start", { headers: browser, method: "POST" });
  expect(answer.json.error.message).toContain(`calls itself ${provider.issuer}`);
  expect(served.warnings).toEqual([]);
});

test("over TLS the cookie says so, and without a provider there is no such way", async () => {
  const none = await serveLedger();
  expect((await none.ask("/api/sign-in/ways")).json.oidc).toBeNull();
  expect((await none.ask("/api/sign-in/oidc/start", { method: "POST" })).status).toBe(404);
  const { provider } = await serve();
  const served = await serveLedger({
    oidc: { clientId: CLIENT_ID, issuer: provider.issuer, name: "Work", scopes: ["openid"] },
    publicUrl: "https://custody.example",
  });
  const headers = {
    host: "custody.example",
    origin: "https://custody.example",
    "sec-fetch-site": "same-origin",
  };
  const start = await served.ask("/api/sign-in/oidc/start", { headers, method: "POST" });
  expect(String(start.headers["set-cookie"])).toMatch(
    /^__Host-custody-sign-in=[\w-]+; Path=\/; HttpOnly; SameSite=Strict; Max-Age=600; Secure$/,
  );
  expect(new URL(start.json.url).searchParams.get("redirect_uri")).toBe(
    "https://custody.example/sign-in/oidc",
  );
});

test("an owner names somebody by a subject of the provider, and takes that back", async () => {
  const { ada, bob, comeIn, provider, served } = await serve();
  const named = (payload: object) =>
    served.ask(`/api/users/${bob.id}/sso`, { headers: ada.headers, method: "POST", payload });
  expect((await named({ subject: "mallory" })).status).toBe(200);
  const { users } = (await served.ask("/api/users", { headers: ada.headers })).json;
  expect(users.find(({ name }: { name: string }) => name === "bob").sso).toEqual({
    issuer: provider.issuer,
    subject: "mallory",
  });
  expect((await comeIn("mallory")).status).toBe(200);
  expect(await comeIn("bob")).toMatchObject(refused("SSO_NOT_NAMED"));
  expect((await named({})).status).toBe(200);
  expect(await comeIn("mallory")).toMatchObject(refused("SSO_NOT_NAMED"));
  expect(
    (await served.ask(`/api/users/${bob.id}/sso`, { headers: bob.headers, method: "POST", payload: {} }))
      .status,
  ).toBe(401);
});

import { expect, test } from "vitest";
import { serveLedger } from "../testing/served-ledger.ts";
import { signedInOwner, signedInPerson } from "../testing/signed-in.ts";

const HOUR_MS = 3_600_000;

test("somebody sees the browsers that they are signed in with, page by page, and nobody else's", async () => {
  const served = await serveLedger();
  const ada = await signedInOwner(served);
  const bob = await signedInPerson(served, ada, "bob", ["viewer"]);
  served.clock.nowMs += HOUR_MS;
  const person = served.book.directory.person(bob.id);
  await served.book.signIn({ seen: person?.password, user: bob.id });
  const list = (query = "") => served.ask(`/api/me/sessions${query}`, { headers: bob.headers });
  const { json } = await list();
  expect(json).toMatchObject({
    next: null,
    sessions: [
      { id: bob.principal.session, isThis: true, method: "invitation" },
      { isThis: false, method: "password" },
    ],
  });
  // It was used just now, an hour after it began.
  const [own] = json.sessions;
  expect(Date.parse(own.usedAt) - Date.parse(own.startedAt)).toBe(HOUR_MS);
  const first = (await list("?limit=1")).json;
  expect(first.sessions).toHaveLength(1);
  expect((await list(`?limit=1&after=${first.next}`)).json.sessions).toMatchObject([{ method: "password" }]);
  // Nobody has used the other one for twelve hours.
  served.clock.nowMs += 11 * HOUR_MS;
  await list();
  served.clock.nowMs += 1.5 * HOUR_MS;
  expect((await list()).json.sessions).toHaveLength(1);
});

test("a browser of one's own is signed out, on record; another person's is not there", async () => {
  const served = await serveLedger();
  const ada = await signedInOwner(served);
  const bob = await signedInPerson(served, ada, "bob", ["viewer"]);
  const person = served.book.directory.person(bob.id);
  const lost = await served.book.signIn({ seen: person?.password, user: bob.id });
  const [cookie = "", key = ""] = lost.secret.split(".");
  const asLost = { ...bob.headers, cookie: `custody-session=${cookie}`, "x-custody-session": key };
  const end = (id: string, headers: Readonly<Record<string, string>>) =>
    served.ask(`/api/me/sessions/${id}/end`, { headers, method: "POST" });
  expect((await served.ask("/api/me", { headers: asLost })).status).toBe(200);
  expect(await end(lost.id, ada.headers)).toMatchObject({
    json: { error: { code: "not-found" } },
    status: 404,
  });
  expect((await end(lost.id, bob.headers)).status).toBe(200);
  expect((await served.ask("/api/me", { headers: asLost })).status).toBe(401);
  expect((await end(lost.id, bob.headers)).status).toBe(404);
  expect((await served.ask("/api/me", { headers: bob.headers })).status).toBe(200);
  // The link of the operator has no sessions, and ends none.
  expect((await served.ask("/api/me/sessions")).json).toEqual({ next: null, sessions: [] });
  expect((await served.ask(`/api/me/sessions/${lost.id}/end`, { method: "POST" })).status).toBe(403);
});

test("a second factor that is offered is another one each time, and nothing holds until it is enrolled", async () => {
  const served = await serveLedger();
  const ada = await signedInOwner(served);
  const offer = () => served.ask("/api/me/totp/offer", { headers: ada.headers, method: "POST" });
  const [one, other] = [await offer(), await offer()];
  expect(one.json.uri).toContain(`secret=${one.json.secret}`);
  expect(one.json.secret).not.toBe(other.json.secret);
  expect((await served.ask("/api/me", { headers: ada.headers })).json).toMatchObject({
    hasPassword: true,
    hasTotp: false,
  });
});

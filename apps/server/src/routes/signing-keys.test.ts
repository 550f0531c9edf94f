import { decodeBase64 } from "@custody/signatures";
import { expect, test } from "vitest";
import { SoftwareAuthenticator } from "../../../../test/webauthn/software-authenticator.ts";
import { serveLedger } from "../testing/served-ledger.ts";
import { type SignedInPerson, signedInOwner, signedInPerson } from "../testing/signed-in.ts";

const origin = "http://localhost:7070";
const rpId = "localhost";
const anonymous = { host: "localhost:7070" };

type Served = Awaited<ReturnType<typeof serveLedger>>;

async function enrol(
  served: Served,
  { headers }: SignedInPerson,
  more: object = {},
  key = new SoftwareAuthenticator(),
) {
  const options = await served.ask("/api/me/passkeys/options", { headers, method: "POST" });
  const challenge = decodeBase64(options.json.challenge);
  const response = key.enrol({ challenge, origin, rpId, ...more });
  const payload = { label: "phone", response };
  return { answer: await served.ask("/api/me/passkeys", { headers, method: "POST", payload }), key, payload };
}

async function comeIn(served: Served, key: SoftwareAuthenticator, more: object = {}) {
  const options = await served.ask("/api/sign-in/passkey/options", { headers: anonymous, method: "POST" });
  const payload = key.assert({ challenge: decodeBase64(options.json.challenge), origin, rpId, ...more });
  const signIn = () => served.ask("/api/sign-in/passkey", { headers: anonymous, method: "POST", payload });
  return { again: signIn, answer: await signIn() };
}

test("somebody enrols a passkey, comes in with it, and is known to have", async () => {
  const served = await serveLedger();
  const ada = await signedInOwner(served);
  const { answer, key } = await enrol(served, ada, { flags: 0x0d });
  expect(answer).toMatchObject({ json: { isInForce: true }, status: 200 });
  expect((await served.ask("/api/me/keys", { headers: ada.headers })).json.keys).toMatchObject([
    {
      credential: key.credential,
      id: answer.json.key,
      isInForce: true,
      kind: "passkey",
      publicKey: key.publicKey,
    },
  ]);
  const { again, answer: signedIn } = await comeIn(served, key);
  expect(signedIn.status).toBe(200);
  const [cookie = ""] = String(signedIn.headers["set-cookie"]).split(";");
  const headers = { ...anonymous, cookie, "x-custody-session": signedIn.json.key };
  expect((await served.ask("/api/me", { headers })).json).toMatchObject({
    assurance: "passkey",
    method: "passkey",
    name: "ada",
  });
  expect((await again()).status).toBe(401);
});

test.each([
  ["another website", { origin: "http://localhost:9999" }],
  ["nobody recognised", { flags: 0x01 }],
  ["a challenge that nobody gave", { challenge: new Uint8Array(32) }],
])("%s lets nobody in, and enrols nothing", async (_, more) => {
  const served = await serveLedger();
  const ada = await signedInOwner(served);
  const refused = await enrol(served, ada, more);
  expect(refused.answer).toMatchObject({ json: { error: { code: "signature-refused" } }, status: 403 });
  const { key } = await enrol(served, ada);
  expect((await comeIn(served, key, more)).answer).toMatchObject({
    json: { error: { code: "sign-in-refused" } },
    status: 401,
  });
  expect(served.notes.some(({ type }) => type === "access.sign-in-refused")).toBe(true);
});

test("an enrolment is made once, and by whom it was begun for", async () => {
  const served = await serveLedger();
  const ada = await signedInOwner(served);
  const bob = await signedInPerson(served, ada, "bob", ["approver"]);
  const { payload } = await enrol(served, ada);
  const again = await served.ask("/api/me/passkeys", { headers: ada.headers, method: "POST", payload });
  expect(again.status).toBe(403);
  const options = await served.ask("/api/me/passkeys/options", { headers: ada.headers, method: "POST" });
  const response = new SoftwareAuthenticator().enrol({
    challenge: decodeBase64(options.json.challenge),
    origin,
    rpId,
  });
  const stolen = await served.ask("/api/me/passkeys", {
    headers: bob.headers,
    method: "POST",
    payload: { label: "phone", response },
  });
  expect(stolen.status).toBe(403);
});

test("somebody else confirms a key, and until then it lets nobody in", async () => {
  const served = await serveLedger();
  const ada = await signedInOwner(served);
  const bob = await signedInPerson(served, ada, "bob", ["approver"]);
  const { answer, key } = await enrol(served, bob);
  expect(answer.json.isInForce).toBe(false);
  expect((await comeIn(served, key)).answer).toMatchObject({
    json: { error: { code: "signature-refused" } },
  });
  const path = `/api/users/${bob.id}/keys/${answer.json.key}/confirm`;
  expect((await served.ask(path, { headers: bob.headers, method: "POST" })).status).toBe(403);
  const confirmed = await served.ask(path, { headers: ada.headers, method: "POST" });
  expect([confirmed.status, served.warnings]).toEqual([200, []]);
  expect((await served.ask(`/api/users/${bob.id}/keys`, { headers: ada.headers })).json.keys).toMatchObject([
    { confirmedBy: "ada", isInForce: true },
  ]);
  expect((await comeIn(served, key)).answer.status).toBe(200);
  await served.ask(`/api/me/keys/${answer.json.key}/remove`, { headers: bob.headers, method: "POST" });
  expect((await comeIn(served, key)).answer.status).toBe(401);
});

test.each([
  ["http://custody.example", "passkeys need TLS: give publicUrl an https:// address"],
  ["https://192.0.2.1", "passkeys need a name: publicUrl has the address 192.0.2.1"],
])("with %s there are no passkeys, and it says why", async (publicUrl, why) => {
  const served = await serveLedger({ publicUrl });
  const ada = await signedInOwner(served);
  const ways = await served.ask("/api/sign-in/ways", { headers: anonymous });
  expect(ways.json.passkeys).toEqual({ isAvailable: false, why });
  const options = await served.ask("/api/me/passkeys/options", { headers: ada.headers, method: "POST" });
  expect(options).toMatchObject({ json: { error: { message: why } }, status: 404 });
});

test("with a name and TLS they are for that name", async () => {
  const served = await serveLedger({ publicUrl: "https://custody.example/" });
  const ways = await served.ask("/api/sign-in/ways", { headers: anonymous });
  expect(ways.json.passkeys).toEqual({
    isAvailable: true,
    origin: "https://custody.example",
    rpId: "custody.example",
  });
});

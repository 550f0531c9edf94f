import { expect, test } from "vitest";
import type { Principal } from "../access/principal.ts";
import type { IdentityErrorCode } from "../error.ts";
import { applyIdentityRecord } from "../state/apply-record.ts";
import { NOBODY_YET, snapshotOf } from "../state/identity-state.ts";
import { type TestBook, testBook } from "../testing/test-book.ts";

const issuer = "https://id.example";
const known = { issuer, provider: "work", subject: "s-1" };
const code = (expected: IdentityErrorCode) => expect.objectContaining({ code: expected });

async function signIn(test: TestBook, body: object): Promise<Principal> {
  const { secret } = await test.book.signInWithSso(body);
  return test.directory.principalOfSession(secret, test.clock.nowMs) as Principal;
}

test("whom nobody has named does not come in, whatever the provider says of them", async () => {
  const test = testBook();
  const ada = await test.own();
  const asAda = { ...known, email: "ada" };
  await expect(test.book.signInWithSso(asAda)).rejects.toThrow(code("USER_UNKNOWN"));
  await expect(test.book.signInWithSso({ ...asAda, roles: ["admin"] })).rejects.toThrow(
    code("REQUEST_INVALID"),
  );
  expect([...test.directory.state.people.keys()]).toEqual([ada.id]);
});

test("an email lets in once, and from then on the subject does", async () => {
  const test = testBook();
  const ada = await test.own();
  const { user } = await test.book.addUser({ name: "bob", roles: ["approver"] }, ada);
  await test.book.nameSso({ email: "Bob@corp.example", user }, ada);
  await expect(test.book.signInWithSso(known)).rejects.toThrow(code("USER_UNKNOWN"));
  const first = await signIn(test, { ...known, email: "bob@CORP.example" });
  expect(first).toMatchObject({ assurance: "sso", id: user, method: "sso", name: "bob" });
  expect(first.grants).toEqual([{ role: "approver" }]);
  expect((await signIn(test, { ...known, email: "married@corp.example" })).id).toBe(user);
  // The address went to somebody else.
  await expect(
    test.book.signInWithSso({ ...known, email: "bob@corp.example", subject: "s-2" }),
  ).rejects.toThrow(code("USER_UNKNOWN"));
  // Another provider's subject is another one.
  await expect(test.book.signInWithSso({ ...known, issuer: "https://other.example" })).rejects.toThrow(
    code("USER_UNKNOWN"),
  );
  const types = test.records.map(({ type }) => type);
  expect(types.filter((type) => type.startsWith("user.sso"))).toEqual(["user.sso-named", "user.sso-linked"]);
});

test("an address that only looks the same is another one", async () => {
  const test = testBook();
  const ada = await test.own();
  await test.book.nameSso({ email: "ken@corp.example", user: ada.id }, ada);
  const lookalike = "\u{212a}en@corp.example";
  expect(lookalike.toLowerCase()).toBe("ken@corp.example");
  await expect(test.book.signInWithSso({ ...known, email: lookalike })).rejects.toThrow(code("USER_UNKNOWN"));
});

test("naming somebody anew ends what they had open, and nobody is named by what another one is", async () => {
  const test = testBook();
  const ada = await test.own();
  const bob = await test.join("bob", ["approver"], ada);
  const eve = await test.join("eve", ["viewer"], ada);
  await test.book.nameSso({ issuer, subject: "s-1", user: bob.id }, ada);
  expect(test.directory.current(bob, test.clock.nowMs)).toBeUndefined();
  const came = await signIn(test, known);
  expect(came.id).toBe(bob.id);
  await expect(test.book.nameSso({ issuer, subject: "s-1", user: eve.id }, ada)).rejects.toThrow(
    code("SSO_TAKEN"),
  );
  await test.book.nameSso({ email: "eve@corp.example", user: eve.id }, ada);
  await expect(test.book.nameSso({ email: "EVE@corp.example", user: bob.id }, ada)).rejects.toThrow(
    code("SSO_TAKEN"),
  );
  await test.book.nameSso({ user: bob.id }, ada);
  expect(test.directory.current(came, test.clock.nowMs)).toBeUndefined();
  await expect(test.book.signInWithSso(known)).rejects.toThrow(code("USER_UNKNOWN"));
});

test("only who may change people names them, and an owner only an owner", async () => {
  const test = testBook();
  const ada = await test.own();
  const bob = await test.join("bob", ["approver"], ada);
  const eve = await test.join("eve", ["admin"], ada);
  const named = { issuer, subject: "s-1", user: bob.id };
  await expect(test.book.nameSso(named, bob)).rejects.toThrow(code("NOT_PERMITTED"));
  await expect(test.book.nameSso({ ...named, user: ada.id }, eve)).rejects.toThrow(code("NOT_PERMITTED"));
  await expect(test.book.nameSso({ email: "bob", user: bob.id }, eve)).rejects.toThrow(
    code("REQUEST_INVALID"),
  );
  await test.book.nameSso(named, eve);
});

test("whoever was removed comes in no more, also by the email that another one has now", async () => {
  const test = testBook();
  const ada = await test.own();
  const bob = await test.join("bob", ["approver"], ada);
  await test.book.nameSso({ email: "bob@corp.example", user: bob.id }, ada);
  await signIn(test, { ...known, email: "bob@corp.example" });
  await test.book.removeUser({ user: bob.id }, ada);
  const { user } = await test.book.addUser({ name: "bobby", roles: ["viewer"] }, ada);
  await test.book.nameSso({ email: "bob@corp.example", user }, ada);
  await expect(test.book.signInWithSso({ ...known, email: "bob@corp.example" })).rejects.toThrow(
    code("USER_UNKNOWN"),
  );
  // Unless somebody says so in so many words.
  await test.book.nameSso({ issuer, subject: "s-1", user }, ada);
  expect((await signIn(test, known)).id).toBe(user);
  const again = test.records.reduce(
    (state, record, at) => applyIdentityRecord(state, { ...record, index: at + 1 }),
    NOBODY_YET,
  );
  expect(snapshotOf(again)).toEqual(snapshotOf(test.directory.state));
});

import { expect, test } from "vitest";
import { OPERATOR, OPERATOR_PAGE, type Principal } from "../access/principal.ts";
import { makeTotpSecret, totpCode } from "../secrets/totp.ts";
import { applyIdentityRecord } from "../state/apply-record.ts";
import { IDLE_MS } from "../state/directory.ts";
import { NOBODY_YET, snapshotOf, stateOf } from "../state/identity-state.ts";
import { testBook, verifier } from "../testing/test-book.ts";

const code = (name: string) => expect.objectContaining({ code: name });
const seenOf = ({ directory }: ReturnType<typeof testBook>, id: string) =>
  directory.person(id)?.password ?? "";

test("the first owner comes by a link of the operator, which works once and for an hour", async () => {
  const test = testBook();
  const { book, clock, directory } = test;
  const late = await book.inviteOwner(OPERATOR);
  clock.nowMs += 3_600_000;
  await expect(book.accept({ name: "ada", password: verifier, secret: late.secret })).rejects.toThrow(
    code("LINK_INVALID"),
  );
  const first = await book.inviteOwner(OPERATOR);
  const second = await book.inviteOwner(OPERATOR);
  // A new link ends the one before.
  await expect(book.accept({ name: "ada", password: verifier, secret: first.secret })).rejects.toThrow(
    code("LINK_INVALID"),
  );
  await expect(book.accept({ password: verifier, secret: second.secret })).rejects.toThrow(
    code("REQUEST_INVALID"),
  );
  await book.accept({ name: "ada", password: verifier, secret: second.secret });
  await expect(book.accept({ name: "eve", password: verifier, secret: second.secret })).rejects.toThrow(
    code("LINK_INVALID"),
  );
  expect(directory.owners.map(({ name }) => name)).toEqual(["ada"]);
  await expect(book.inviteOwner(OPERATOR)).rejects.toThrow(code("NOT_PERMITTED"));
});

test("the machine's own token lets an owner in again, critically and for everybody to see, and nobody else", async () => {
  const test = testBook();
  const { book, clock, directory, join, own, records } = test;
  const ada = await own();
  const bob = await join("bob", ["admin"], ada);
  await expect(book.recoverOwner({ user: bob.id }, OPERATOR)).rejects.toThrow(code("NOT_PERMITTED"));
  await expect(book.recoverOwner({ user: "x" }, OPERATOR)).rejects.toThrow(code("USER_UNKNOWN"));
  for (const by of [ada, bob, OPERATOR_PAGE])
    await expect(book.recoverOwner({ user: ada.id }, by)).rejects.toThrow(code("NOT_PERMITTED"));
  const first = await book.recoverOwner({ user: ada.id }, OPERATOR);
  const { details, level, message, type } = records.at(-1) ?? {};
  expect({ level, message, type }).toEqual({
    level: "critical",
    message: { key: "user.recovery-opened", params: { by: "local operator", name: "ada" } },
    type: "user.recovery-opened",
  });
  expect(details).toMatchObject({ by: "local operator", name: "ada", purpose: "reset", user: ada.id });
  expect(JSON.stringify(records)).not.toContain(first.secret);
  // Nothing has changed until the link is used; a newer one takes its place, and an old one is none.
  expect(directory.current(ada, clock.nowMs)).toBeDefined();
  const second = await book.recoverOwner({ user: ada.id }, OPERATOR);
  await expect(book.accept({ password: verifier, secret: first.secret })).rejects.toThrow(
    code("LINK_INVALID"),
  );
  await book.accept({ password: verifier, secret: second.secret });
  expect(directory.current(ada, clock.nowMs)).toBeUndefined();
  expect(directory.owners.map(({ name }) => name)).toEqual(["ada"]);
  const late = await book.recoverOwner({ user: ada.id }, OPERATOR);
  clock.nowMs += 3_600_000;
  await expect(book.accept({ password: verifier, secret: late.secret })).rejects.toThrow(
    code("LINK_INVALID"),
  );
});

test("the operator and its page change nobody", async () => {
  const { book, own } = testBook();
  const ada = await own();
  for (const by of [OPERATOR, OPERATOR_PAGE]) {
    await expect(book.addUser({ name: "eve", roles: ["viewer"] }, by)).rejects.toThrow(code("NOT_PERMITTED"));
    await expect(book.removeUser({ user: ada.id }, by)).rejects.toThrow(code("NOT_PERMITTED"));
    await expect(book.createToken({ name: "t" }, by)).rejects.toThrow(code("NOT_PERMITTED"));
  }
});

test("only owners make and change owners, admins manage the others, and nobody raises themselves", async () => {
  const test = testBook();
  const { book, directory, join, own } = test;
  const ada = await own();
  const root = await join("root", ["admin"], ada);
  const bob = await join("bob", ["viewer"], root);
  for (const act of [
    () => book.addUser({ name: "eve", roles: ["owner"] }, root),
    () => book.changeRoles({ roles: ["owner"], user: root.id }, root),
    () => book.changeRoles({ roles: ["admin", "approver"], user: root.id }, root),
    () => book.changeRoles({ roles: ["viewer"], user: ada.id }, root),
    () => book.removeUser({ user: ada.id }, root),
    () => book.resetPassword({ user: ada.id }, root),
    () => book.changeRoles({ roles: ["admin"], user: bob.id }, bob),
    () => book.inviteOwner(root),
  ])
    await expect(act()).rejects.toThrow(code("NOT_PERMITTED"));
  await book.changeRoles({ roles: ["approver@shop"], user: bob.id }, root);
  expect(directory.person(bob.id)?.grants).toEqual([{ project: "shop", role: "approver" }]);
  // Less is always possible, and counts at once: the session is the same.
  await book.changeRoles({ roles: ["viewer"], user: root.id }, root);
  await expect(book.addUser({ name: "eve", roles: ["viewer"] }, root)).rejects.toThrow(code("NOT_PERMITTED"));
});

test("the last owner stays", async () => {
  const { book, directory, join, own } = testBook();
  const ada = await own();
  await expect(book.removeUser({ user: ada.id }, ada)).rejects.toThrow(code("LAST_OWNER"));
  await expect(book.changeRoles({ roles: ["admin"], user: ada.id }, ada)).rejects.toThrow(code("LAST_OWNER"));
  // Somebody who was only invited cannot come in yet.
  await book.addUser({ name: "late", roles: ["owner"] }, ada);
  await expect(book.removeUser({ user: ada.id }, ada)).rejects.toThrow(code("LAST_OWNER"));
  const bob = await join("bob", ["owner"], ada);
  // Of two that remove each other at once, one is left.
  const ends = await Promise.allSettled([
    book.removeUser({ user: bob.id }, ada),
    book.removeUser({ user: ada.id }, bob),
  ]);
  expect(ends.map(({ status }) => status)).toEqual(["fulfilled", "rejected"]);
  expect(directory.owners.map(({ name }) => name)).toEqual(["ada"]);
});

test("names are taken once and for all, however they are written", async () => {
  const { book, join, own } = testBook();
  const ada = await own();
  const bob = await join("Bob", ["viewer"], ada);
  for (const name of ["bob", " BOB ", "local operator", "Custody"])
    await expect(book.addUser({ name, roles: ["viewer"] }, ada), name).rejects.toThrow(code("NAME_TAKEN"));
  for (const name of ["", "b\u200bob", "a\nb", "\u202eeve", "<b>", "x".repeat(101)])
    await expect(book.addUser({ name, roles: ["viewer"] }, ada), name).rejects.toThrow(
      code("REQUEST_INVALID"),
    );
  await book.removeUser({ user: bob.id }, ada);
  await expect(book.addUser({ name: "bob", roles: ["viewer"] }, ada)).rejects.toThrow(code("NAME_TAKEN"));
});

test("whoever is removed is out, with every session and token", async () => {
  const { book, clock, directory, join, own } = testBook();
  const ada = await own();
  const bob = await join("bob", ["member"], ada);
  const { secret } = await book.createToken({ kind: "agent", name: "robot", roles: ["member"] }, bob);
  expect(directory.principalOfToken(secret, clock.nowMs)?.kind).toBe("agent");
  await book.removeUser({ user: bob.id }, ada);
  expect(directory.principalOfToken(secret, clock.nowMs)).toBeUndefined();
  expect(directory.current(bob, clock.nowMs)).toBeUndefined();
  await expect(book.createToken({ name: "again" }, bob)).rejects.toThrow(code("NOT_PERMITTED"));
});

test("another password ends sessions and command lines, and leaves programs", async () => {
  const test = testBook();
  const { book, clock, directory, own } = test;
  const ada = await own();
  const commandLine = await book.confirmDevice(ada);
  const robot = await book.createToken({ name: "robot", roles: ["member"] }, ada);
  await expect(book.setPassword({ password: verifier, seen: "x" }, ada)).rejects.toThrow(
    code("PASSWORD_CHANGED"),
  );
  await book.setPassword({ password: verifier, seen: seenOf(test, ada.id) }, ada);
  expect(directory.current(ada, clock.nowMs)).toBeUndefined();
  expect(directory.principalOfToken(commandLine.secret, clock.nowMs)).toBeUndefined();
  expect(directory.principalOfToken(robot.secret, clock.nowMs)?.name).toBe("ada");
});

test("a session ends when it is idle, when it is old, and when somebody leaves", async () => {
  const test = testBook();
  const { book, clock, directory, own } = test;
  const ada = await own();
  const signIn = () => book.signIn({ seen: seenOf(test, ada.id), user: ada.id });
  const idle = await signIn();
  clock.nowMs += IDLE_MS;
  expect(directory.principalOfSession(idle.secret, clock.nowMs)?.id).toBe(ada.id);
  clock.nowMs += IDLE_MS + 1;
  expect(directory.principalOfSession(idle.secret, clock.nowMs)).toBeUndefined();
  const old = await signIn();
  for (let day = 0; day < 13; day += 1) {
    clock.nowMs += IDLE_MS;
    expect(directory.principalOfSession(old.secret, clock.nowMs), `half day ${day}`).toBeDefined();
  }
  clock.nowMs += IDLE_MS;
  expect(directory.principalOfSession(old.secret, clock.nowMs)).toBeUndefined();
  const left = await signIn();
  await book.signOut(directory.principalOfSession(left.secret, clock.nowMs) as Principal);
  expect(directory.principalOfSession(left.secret, clock.nowMs)).toBeUndefined();
});

test("the cookie's half of a session opens nothing without the page's half", async () => {
  const test = testBook();
  const { book, clock, directory, own } = test;
  const ada = await own();
  const { secret } = await book.signIn({ seen: seenOf(test, ada.id), user: ada.id });
  const [cookie, page] = secret.split(".") as [string, string];
  for (const part of [cookie, page, `${cookie}.`, `.${page}`, `${page}.${cookie}`])
    expect(directory.principalOfSession(part, clock.nowMs), part).toBeUndefined();
});

test("a second factor is asked for, and each code counts once, also after a restart", async () => {
  const test = testBook();
  const { book, clock, directory, own, records } = test;
  const ada = await own();
  const secret = makeTotpSecret();
  const step = Math.floor(clock.nowMs / 30_000);
  expect(totpCode(secret, step)).toHaveLength(6);
  await book.changeTotp({ seen: seenOf(test, ada.id), totp: { secret, step } }, ada);
  const signIn = (at?: number) => book.signIn({ seen: seenOf(test, ada.id), step: at, user: ada.id });
  await expect(signIn()).rejects.toThrow(code("CODE_WRONG"));
  await expect(signIn(step)).rejects.toThrow(code("CODE_WRONG"));
  const both = await Promise.allSettled([signIn(step + 1), signIn(step + 1)]);
  expect(both.map(({ status }) => status)).toEqual(["fulfilled", "rejected"]);
  directory.replace(records.reduce(applyIdentityRecord, NOBODY_YET));
  await expect(signIn(step + 1)).rejects.toThrow(code("CODE_WRONG"));
});

test("who is locked is not let in before it is over", async () => {
  const test = testBook();
  const { book, clock, own } = test;
  const ada = await own();
  await book.lock({ attempts: 9, untilMs: clock.nowMs + 60_000, user: ada.id }, OPERATOR);
  const signIn = () => book.signIn({ seen: seenOf(test, ada.id), user: ada.id });
  await expect(signIn()).rejects.toThrow(code("USER_LOCKED"));
  clock.nowMs += 60_000;
  await signIn();
});

test("a token gives no more than its person has, now and later, and ends when it is over", async () => {
  const { book, clock, directory, join, own } = testBook();
  const ada = await own();
  const bob = await join("bob", ["approver@shop"], ada);
  await expect(book.createToken({ name: "t", roles: ["approver"] }, bob)).rejects.toThrow(
    code("NOT_PERMITTED"),
  );
  await expect(book.createToken({ name: "t", roles: ["admin@shop"] }, bob)).rejects.toThrow(
    code("NOT_PERMITTED"),
  );
  await expect(book.createToken({ name: "t", ttlMs: 400 * 86_400_000 }, bob)).rejects.toThrow(
    code("REQUEST_INVALID"),
  );
  const { secret, token } = await book.createToken(
    { kind: "person", name: "t", roles: ["approver@shop"] },
    bob,
  );
  expect(secret).toMatch(/^cst_[\w-]{43}$/);
  expect(directory.principalOfToken(secret, clock.nowMs)?.grants).toHaveLength(1);
  await book.changeRoles({ roles: ["viewer"], user: bob.id }, ada);
  expect(directory.principalOfToken(secret, clock.nowMs)?.grants).toEqual([]);
  await expect(book.revokeToken({ token }, await join("eve", ["viewer"], ada))).rejects.toThrow(
    code("TOKEN_UNKNOWN"),
  );
  await book.revokeToken({ token }, ada);
  expect(directory.principalOfToken(secret, clock.nowMs)).toBeUndefined();
  const short = await book.createToken({ name: "s", ttlMs: 1000 }, bob);
  expect(directory.principalOfToken(short.secret, clock.nowMs + 999)).toBeDefined();
  expect(directory.principalOfToken(short.secret, clock.nowMs + 1000)).toBeUndefined();
});

test("the state is what the records say, and comes back from its snapshot", async () => {
  const { book, directory, join, own, records } = testBook();
  const ada = await own();
  const bob = await join("bob", ["member@shop"], ada);
  await book.createToken({ name: "robot" }, bob);
  await book.confirmDevice(ada);
  await book.changeRoles({ roles: ["auditor"], user: bob.id }, ada);
  await book.resetPassword({ user: bob.id }, ada);
  const again = records.reduce(applyIdentityRecord, NOBODY_YET);
  expect(snapshotOf(again)).toEqual(snapshotOf(directory.state));
  expect(snapshotOf(stateOf(JSON.parse(JSON.stringify(snapshotOf(again)))))).toEqual(snapshotOf(again));
});

test("a record that says nothing that is understood changes nothing", () => {
  for (const details of [{}, { user: 7 }, { name: "x", roles: ["king"], user: "u" }])
    for (const type of ["user.created", "role.changed", "token.created", "user.signed-in", "toString"])
      expect(applyIdentityRecord(NOBODY_YET, { details: details as never, time: "", type })).toBe(NOBODY_YET);
});

test("no record has a secret that could be read", async () => {
  const test = testBook();
  const { book, own, records } = test;
  const ada = await own();
  const totp = makeTotpSecret();
  await book.changeTotp({ seen: seenOf(test, ada.id), totp: { secret: totp, step: 1 } }, ada);
  const signed = await book.signIn({ seen: seenOf(test, ada.id), step: 2, user: ada.id });
  const token = await book.createToken({ name: "t" }, ada);
  const text = JSON.stringify(records);
  for (const secret of [verifier.hash, verifier.salt, totp, token.secret, ...signed.secret.split(".")])
    expect(text).not.toContain(secret);
});

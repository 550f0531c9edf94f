import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type CreatedToken,
  Directory,
  type Invited,
  OPERATOR,
  type PasswordVerifier,
  type Principal,
  SEAL_KEY_LABEL,
  Sealer,
  type SignedIn,
  stateOf,
} from "@custody/identity";
import { type Ledger, LedgerReader, openLedger } from "@custody/ledger";
import { afterEach, beforeEach, expect, test } from "vitest";
import { LedgerRecorder } from "../recorder/ledger-recorder.ts";
import { originOf } from "../recorder/origin.ts";
import { IdentityRegister } from "./identity-register.ts";

const password: PasswordVerifier = { hash: "aGFzaA==", n: 2, p: 1, r: 1, salt: "c2FsdA==" };
const nowMs = 1_700_000_000_000;

let directory: string;
let ledger: Ledger;
let register: IdentityRegister;
let sealer: Sealer;
let id = 0;

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), "custody-identities-"));
  await start();
});
afterEach(async () => {
  await stop();
  rmSync(directory, { force: true, recursive: true });
});

async function start(): Promise<void> {
  ledger = await openLedger({ describeEvent: () => "{}", directory, segmentBytes: 65_536 });
  const newId = () => {
    id += 1;
    return `00000000-0000-7000-8000-${String(id).padStart(12, "0")}`;
  };
  const origin = originOf({ host: "h", instance: newId(), timezone: "UTC", version: "1" });
  const recorder = new LedgerRecorder({ ledger, newId, onFailure: () => {}, origin });
  const reader = await LedgerReader.open({ directory });
  sealer = new Sealer(reader.deriveKey(SEAL_KEY_LABEL));
  register = new IdentityRegister({
    directory,
    newId,
    nowUs: () => nowMs * 1000,
    reader,
    recordOne: (draft) => recorder.recordOne(draft),
    size: () => ledger.durableSize,
  });
}

async function stop(): Promise<void> {
  await register.close();
  await ledger.close();
}

const file = () => join(directory, "identities.json");

/** What the server's process knows. */
async function known(): Promise<Directory> {
  return new Directory(sealer, stateOf((await register.known()).snapshot));
}

async function owner(): Promise<{ readonly principal: Principal; readonly session: SignedIn }> {
  const { secret } = (await register.act("invite-owner", {}, OPERATOR)) as Invited;
  const accepted = { name: "ada", password, secret };
  const session = (await register.act("accept-invitation", accepted, OPERATOR)) as SignedIn;
  const principal = (await known()).principalOfSession(session.secret, nowMs) as Principal;
  return { principal, session };
}

test("people, sessions and tokens are there again after a restart, with the file, without it, and with another", async () => {
  const { principal, session } = await owner();
  const token = (await register.act("create-token", { name: "robot" }, principal)) as CreatedToken;
  for (const change of [
    () => {},
    () => rmSync(file()),
    () => writeFileSync(file(), readFileSync(file(), "utf8").replace('"ada"', '"eve"')),
    () => writeFileSync(file(), "{}\n00\n"),
  ]) {
    await stop();
    change();
    await start();
    const people = await known();
    expect(people.owners.map(({ name }) => name)).toEqual(["ada"]);
    expect(people.principalOfSession(session.secret, nowMs)?.name).toBe("ada");
    expect(people.principalOfToken(token.secret, nowMs)?.token?.name).toBe("robot");
  }
});

test("an older file, put back, brings back neither somebody who was removed nor a token that was revoked", async () => {
  const { principal } = await owner();
  const { secret } = (await register.act("create-token", { name: "robot" }, principal)) as CreatedToken;
  const { token } = { token: (await register.known()).snapshot.tokens[0]?.id };
  const older = readFileSync(file());
  await register.act("revoke-token", { token }, principal);
  await stop();
  writeFileSync(file(), older);
  await start();
  expect((await known()).principalOfToken(secret, nowMs)).toBeUndefined();
});

test("a file that somebody made up gives nobody a role", async () => {
  await owner();
  const [line = "", code = ""] = readFileSync(file(), "utf8").split("\n");
  const forged = line.replace('"grants":[{"role":"owner"}]', '"grants":[{"role":"owner"},{"role":"admin"}]');
  expect(forged).not.toBe(line);
  await stop();
  writeFileSync(file(), `${forged}\n${code}\n`);
  await start();
  expect((await known()).owners[0]?.grants).toEqual([{ role: "owner" }]);
});

test("neither the file nor a record holds anything that opens something", async () => {
  const { principal, session } = await owner();
  const { secret } = (await register.act("create-token", { name: "robot" }, principal)) as CreatedToken;
  await register.close();
  const reader = await LedgerReader.open({ directory });
  let text = readFileSync(file(), "utf8");
  for await (const { i } of reader.envelopes(0))
    text += (await reader.entry(i)).payload?.toString("utf8") ?? "";
  expect(text).toContain("ada");
  for (const planted of [password.hash, password.salt, secret, ...session.secret.split(".")])
    expect(text).not.toContain(planted);
});

test("who listens hears of a change before whoever asked for it is answered", async () => {
  const heard: string[] = [];
  const end = register.onRecord(({ type }) => heard.push(type));
  await register.act("invite-owner", {}, OPERATOR).then(() => heard.push("answered"));
  expect(heard).toEqual(["user.invited", "answered"]);
  end();
  await register.act("invite-owner", {}, OPERATOR);
  expect(heard).toHaveLength(2);
});

test("the first start asks for an owner, and no other does", async () => {
  expect(await register.firstInvitation()).toBeDefined();
  expect(await register.firstInvitation()).toBeUndefined();
  expect(existsSync(file())).toBe(true);
});

test("when a session was used last outlasts a restart, and without the file it counts from the beginning", async () => {
  const { principal } = await owner();
  await register.act("note-use", {}, principal);
  expect((await register.known()).usedMs).toEqual({ [principal.session as string]: nowMs });
  await stop();
  await start();
  expect((await register.known()).usedMs).toEqual({ [principal.session as string]: nowMs });
  await stop();
  rmSync(file());
  await start();
  expect((await register.known()).usedMs).toEqual({});
});

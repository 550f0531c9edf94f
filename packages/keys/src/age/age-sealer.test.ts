import { execFileSync } from "node:child_process";
import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { generateHybridIdentity, generateX25519Identity, identityToRecipient } from "age-encryption";
import fc from "fast-check";
import { beforeEach, expect, test } from "vitest";
import { optional } from "../../../../test/postgres/optional.ts";
import { temporaryFolder } from "../testing/folder.ts";
import { openAgeSealer } from "./age-sealer.ts";

const key = Buffer.alloc(32, 5);
let folder: string;
let file: string;
let secret: string;

beforeEach(async () => {
  folder = temporaryFolder();
  secret = await generateX25519Identity();
  file = write("identity.txt", `# created: 2026-11-20\n# public key: age1…\n\n${secret}\n`);
});

function write(name: string, text: string, mode = 0o600): string {
  writeFileSync(join(folder, name), text, { mode });
  return join(folder, name);
}

test("what is sealed for an identity is one line, and it alone unseals it", async () => {
  const sealer = await openAgeSealer(file);
  expect(sealer.description).toBe(`age ${await identityToRecipient(secret)}`);
  const line = await sealer.seal(key, "ledger");
  expect(line).toMatch(/^[A-Za-z0-9+/]+=*$/);
  expect(await sealer.unseal(line, "ledger")).toEqual(key);
  const other = await openAgeSealer(write("other", await generateX25519Identity()));
  await expect(other.unseal(line, "ledger")).rejects.toMatchObject({
    code: "MASTER_KEY_WRONG",
    message: expect.stringContaining(join(folder, "other")),
  });
});

test("a post-quantum identity works too, and is described by the beginning of its recipient", async () => {
  const sealer = await openAgeSealer(write("pq", await generateHybridIdentity()));
  expect(sealer.description).toMatch(/^age age1pq1.{33}…$/);
  expect(await sealer.unseal(await sealer.seal(key, ""), "")).toEqual(key);
});

test("a new identity above the old one unseals what is there, and seals for itself", async () => {
  const line = await (await openAgeSealer(file)).seal(key, "");
  const next = await generateX25519Identity();
  const both = await openAgeSealer(write("both", `${next}\n${secret}\n`));
  expect(await both.unseal(line, "")).toEqual(key);
  const onlyNext = await openAgeSealer(write("next", next));
  expect(await onlyNext.unseal(await both.seal(key, ""), "")).toEqual(key);
});

test("the program age opens the line, and it becomes a master key file", async (context) => {
  const age = optional("age", context);
  const line = await (await openAgeSealer(file)).seal(key, "");
  const opened = execFileSync(age, ["-d", "-i", file], { input: Buffer.from(line, "base64") });
  expect(opened.toString()).toBe(`${"05".repeat(32)}\n`);
});

test("what the program age sealed is unsealed", async (context) => {
  const age = optional("age", context);
  const sealed = execFileSync(age, ["-r", await identityToRecipient(secret)], {
    input: `${"05".repeat(32)}\n`,
  });
  expect(await (await openAgeSealer(file)).unseal(sealed.toString("base64"), "")).toEqual(key);
});

test("any other line is refused with an error of ours, also when it is nearly right", async () => {
  const sealer = await openAgeSealer(file);
  const line = await sealer.seal(key, "");
  const cut = fc.nat(line.length - 1).map((length) => line.slice(0, length));
  const changed = fc
    .tuple(fc.nat(line.length - 1), fc.constantFrom("A", "/", "\n", "é"))
    .map(([at, character]) => line.slice(0, at) + character + line.slice(at + 1));
  await fc.assert(
    fc.asyncProperty(fc.oneof(fc.string(), fc.base64String(), cut, changed), async (text) => {
      if (Buffer.from(text, "base64").equals(Buffer.from(line, "base64"))) return;
      const code = expect.stringMatching(/^MASTER_KEY_(MALFORMED|WRONG)$/);
      await expect(sealer.unseal(text, "")).rejects.toMatchObject({ code });
    }),
  );
});

test("something else under age is no master key", async () => {
  const recipient = await identityToRecipient(secret);
  const { encrypterFor } = await import("./recipients.ts");
  for (const text of ["", "hello", "05".repeat(32), `${"05".repeat(31)}\n`]) {
    const line = Buffer.from(await (await encrypterFor([recipient])).encrypt(text)).toString("base64");
    const sealer = await openAgeSealer(file);
    await expect(sealer.unseal(line, "")).rejects.toMatchObject({ code: "MASTER_KEY_MALFORMED" });
  }
});

test("an identity that is missing, open to others, or none is refused by name, and never repeated", async () => {
  await expect(openAgeSealer(join(folder, "nowhere"))).rejects.toMatchObject({
    code: "MASTER_KEY_UNAVAILABLE",
    message: expect.stringContaining(join(folder, "nowhere")),
  });
  chmodSync(file, 0o640);
  await expect(openAgeSealer(file)).rejects.toMatchObject({ code: "IDENTITY_MALFORMED" });
  const wrong = `${secret.slice(0, -1)}${secret.endsWith("Q") ? "P" : "Q"}`;
  for (const text of [wrong, "# nothing\n", "ssh-ed25519 AAAA", "-----BEGIN AGE ENCRYPTED FILE-----\n"]) {
    const error = await openAgeSealer(write("bad", text)).catch((cause: Error) => cause);
    expect(error).toMatchObject({ code: "IDENTITY_MALFORMED" });
    expect((error as Error).stack).not.toContain(wrong.slice(15, 40));
  }
});

test("a recipient that is none says so, and a private key given for one is not repeated", async () => {
  const { encrypterFor } = await import("./recipients.ts");
  await expect(encrypterFor(["age1nonsense"])).rejects.toThrow(/"age1nonsense" is no age recipient/);
  const error: Error = await encrypterFor([secret]).then(
    () => expect.fail("it was taken"),
    (cause) => cause,
  );
  expect(error).toMatchObject({ code: "RECIPIENT_MALFORMED" });
  expect(error.message).not.toContain(secret.slice(20, 40));
});

import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { armor, generateHybridIdentity, generateX25519Identity, identityToRecipient } from "age-encryption";
import fc from "fast-check";
import { beforeAll, expect, test } from "vitest";
import { optional } from "../../../../test/postgres/optional.ts";
import { encrypterFor } from "../age/recipients.ts";
import { temporaryFolder } from "../testing/folder.ts";
import { formatCopy, parseCopy, type RecoveryCopy } from "./copy-text.ts";
import { checkRecipients, openRecoveryCopy, sealRecoveryCopy } from "./recovery-copy.ts";

const copy: RecoveryCopy = {
  generation: 3,
  key: Buffer.alloc(32, 5),
  ledger: "0123456789abcdef0123456789abcdef",
  made: "2026-11-20T17:57:41.650Z",
  origin: "custody.local/897deb665c193d54",
};
let identity: string;
let recipient: string;

beforeAll(async () => {
  identity = await generateX25519Identity();
  recipient = await identityToRecipient(identity);
});

const anyCopy: fc.Arbitrary<RecoveryCopy> = fc.record({
  generation: fc.integer({ max: 999_999_999_999_999, min: 1 }),
  key: fc.uint8Array({ maxLength: 32, minLength: 32 }).map((bytes) => Buffer.from(bytes)),
  ledger: fc.uint8Array({ maxLength: 16, minLength: 16 }).map((bytes) => Buffer.from(bytes).toString("hex")),
  made: fc
    .date({ max: new Date("9999-01-01"), min: new Date(0), noInvalidDate: true })
    .map((date) => date.toISOString()),
  origin: fc.stringMatching(/^[^\s+]{1,40}$/u),
});

test("what is written in a copy is read from it", () => {
  fc.assert(
    fc.property(anyCopy, (any) => {
      expect(parseCopy(formatCopy(any))).toEqual(any);
    }),
  );
});

test("any other text is refused with an error of ours", () => {
  const text = formatCopy(copy);
  const cut = fc.nat(text.length - 1).map((length) => text.slice(0, length));
  const refused = expect.objectContaining({ code: "RECOVERY_COPY_MALFORMED" });
  fc.assert(
    fc.property(fc.oneof(fc.string(), cut), (any) => {
      expect(() => parseCopy(any)).toThrow(refused);
    }),
  );
  expect(() => parseCopy(text.replace("version 1", "version 2"))).toThrow(/version 2.*use a newer one/);
});

test("each recipient opens a copy alone, and nobody else does", async () => {
  const second = await generateHybridIdentity();
  const text = await sealRecoveryCopy(copy, [recipient, await identityToRecipient(second), recipient]);
  expect(text).toMatch(/^-----BEGIN AGE ENCRYPTED FILE-----\n/);
  expect(await openRecoveryCopy(text, identity, "first")).toEqual(copy);
  expect(await openRecoveryCopy(`\n${text.replaceAll("\n", "\r\n")}`, second, "second")).toEqual(copy);
  await expect(openRecoveryCopy(text, await generateX25519Identity(), "third.txt")).rejects.toMatchObject({
    code: "RECOVERY_COPY_SEALED",
    message: expect.stringContaining("third.txt"),
  });
});

test("the program age alone opens a copy, and shows a person what it is", async (context) => {
  const age = optional("age", context);
  const folder = temporaryFolder();
  writeFileSync(join(folder, "copy.age"), await sealRecoveryCopy(copy, [recipient]));
  writeFileSync(join(folder, "identity"), `${identity}\n`);
  const said = execFileSync(age, ["-d", "-i", "identity", "copy.age"], { cwd: folder, encoding: "utf8" });
  expect(said).toBe(
    [
      "custody recovery copy, version 1",
      "ledger 0123456789abcdef0123456789abcdef",
      "origin custody.local/897deb665c193d54",
      "generation 3",
      "made 2026-11-20T17:57:41.650Z",
      `key ${"05".repeat(32)}`,
      "",
    ].join("\n"),
  );
});

test("a copy that was cut short, changed, or is another file is refused with an error of ours", async () => {
  const text = await sealRecoveryCopy(copy, [recipient]);
  const cut = fc.nat(text.length - 30).map((length) => text.slice(0, length));
  const changed = fc.nat(text.length - 40).map((at) => `${text.slice(0, at)}A${text.slice(at + 1)}`);
  await fc.assert(
    fc.asyncProperty(fc.oneof(fc.string(), cut, changed), async (any) => {
      if (any === text) return;
      const code = expect.stringMatching(/^RECOVERY_COPY_(MALFORMED|SEALED)$/);
      await expect(openRecoveryCopy(any, identity, "i")).rejects.toMatchObject({ code });
    }),
  );
  const other = armor.encode(await (await encrypterFor([recipient])).encrypt("hello"));
  await expect(openRecoveryCopy(other, identity, "i")).rejects.toMatchObject({
    code: "RECOVERY_COPY_MALFORMED",
  });
});

test("recipients are looked at before anything is done", async () => {
  await checkRecipients([]);
  await checkRecipients([recipient]);
  await expect(checkRecipients([recipient, "ssh-ed25519 AAAA"])).rejects.toMatchObject({
    code: "RECIPIENT_MALFORMED",
  });
});

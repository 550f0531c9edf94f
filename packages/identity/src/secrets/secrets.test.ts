import { randomBytes } from "node:crypto";
import fc from "fast-check";
import { expect, test, vi } from "vitest";
import { fromBase32, toBase32 } from "./base32.ts";
import { checkPassword, isPassword, makeVerifier } from "./password.ts";
import { Sealer } from "./sealer.ts";
import { makeTotpSecret, otpauthUri, totpCode, totpStep } from "./totp.ts";
import { makeUserCode, readUserCode } from "./user-code.ts";

test("a password is known again, and no other", async () => {
  const verifier = await makeVerifier("correct horse battery");
  expect(JSON.stringify(verifier)).not.toContain("horse");
  expect(await isPassword(verifier, "correct horse battery")).toBe(true);
  expect(await isPassword(verifier, "correct horse batterz")).toBe(false);
  expect((await makeVerifier("correct horse battery")).salt).not.toBe(verifier.salt);
  // The same letters, composed and decomposed.
  expect(await isPassword(await makeVerifier("caf\u00e9 au lait noir"), "cafe\u0301 au lait noir")).toBe(
    true,
  );
});

test("for an unknown name the same work is done, and nothing fits", async () => {
  const { scrypt } = await import("node:crypto");
  const calls: unknown[][] = [];
  vi.doMock("node:crypto", async (original) => ({
    ...(await original<typeof import("node:crypto")>()),
    scrypt: (...parameters: unknown[]) => {
      calls.push(parameters);
      return (scrypt as (...given: unknown[]) => void)(...parameters);
    },
  }));
  vi.resetModules();
  const { isPassword: watched, makeVerifier: made } = await import("./password.ts");
  const verifier = await made("correct horse battery");
  expect(await watched(verifier, "something else")).toBe(false);
  expect(await watched(undefined, "something else")).toBe(false);
  const costs = calls.map(([password, , length, options]) => [typeof password, length, options]);
  expect(costs).toHaveLength(3);
  expect(costs[2]).toEqual(costs[1]);
  vi.doUnmock("node:crypto");
});

test("what a record asks for beyond all measure is not worked off", async () => {
  const verifier = { ...(await makeVerifier("correct horse battery")), n: 2 ** 30 };
  expect(await isPassword(verifier, "correct horse battery")).toBe(false);
});

test.each([
  ["short", "abcdefgh"],
  ["one letter", "aaaaaaaaaaaaaaaa"],
  ["the name", "adaadaadaada"],
  ["endless", "ab12x".repeat(100)],
])("a password that is %s is refused", (_, password) => {
  expect(() => checkPassword(password, "ada")).toThrow(expect.objectContaining({ code: "PASSWORD_WEAK" }));
});

test("a sentence is a good password", () => {
  expect(() => checkPassword("a bicycle made of cheese", "ada")).not.toThrow();
});

/** RFC 6238, appendix B: the secret is the text 12345678901234567890. */
const rfcSecret = toBase32(Buffer.from("12345678901234567890"));

test.each([
  [59, "94287082"],
  [1111111109, "07081804"],
  [1111111111, "14050471"],
  [1234567890, "89005924"],
  [2000000000, "69279037"],
  [20000000000, "65353130"],
])("RFC 6238: at %i seconds the code is %s", (seconds, code) => {
  expect(totpCode(rfcSecret, Math.floor(seconds / 30), 8)).toBe(code);
});

test("a code holds one step before and after, and counts once", () => {
  const secret = makeTotpSecret();
  const nowMs = 1_800_000_000_000;
  const step = nowMs / 30_000;
  for (const drift of [-1, 0, 1])
    expect(totpStep(secret, totpCode(secret, step + drift), nowMs)).toBe(step + drift);
  for (const drift of [-2, 2])
    expect(totpStep(secret, totpCode(secret, step + drift), nowMs)).toBeUndefined();
  expect(totpStep(secret, totpCode(secret, step), nowMs, step)).toBeUndefined();
  expect(totpStep(secret, totpCode(secret, step + 1), nowMs, step)).toBe(step + 1);
  for (const wrong of ["", "12345", "abcdef", "1".repeat(1000)])
    expect(totpStep(secret, wrong, nowMs)).toBeUndefined();
});

test("base32 is that of RFC 4648, and comes back", () => {
  expect(toBase32(Buffer.from("foobar"))).toBe("MZXW6YTBOI");
  expect(fromBase32("M1")).toBeUndefined();
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
      expect([...(fromBase32(toBase32(bytes)) ?? [])]).toEqual([...bytes]);
    }),
  );
});

test("an authenticator program is told who it is for", () => {
  expect(otpauthUri("ABC", "ada & co", "Custody")).toBe(
    "otpauth://totp/Custody:ada%20%26%20co?secret=ABC&issuer=Custody",
  );
});

test("secrets open for their subject alone, whole, and under their key", () => {
  const sealer = new Sealer(randomBytes(32));
  const sealed = sealer.seal("ada", { digest: "planted-marker" });
  expect(Buffer.from(sealed, "base64").toString("latin1")).not.toContain("planted");
  expect(sealer.open("ada", sealed)).toEqual({ digest: "planted-marker" });
  const bytes = Buffer.from(sealed, "base64");
  bytes[20] = (bytes[20] as number) ^ 1;
  const broken = expect.objectContaining({ code: "SEAL_BROKEN" });
  expect(() => sealer.open("bob", sealed)).toThrow(broken);
  expect(() => sealer.open("ada", bytes.toString("base64"))).toThrow(broken);
  expect(() => sealer.open("ada", "")).toThrow(broken);
  expect(() => new Sealer(randomBytes(32)).open("ada", sealed)).toThrow(broken);
});

test("a code for a device is read however it was typed", () => {
  const code = makeUserCode();
  expect(code).toMatch(/^[BCDFGHJKLMNPQRSTVWXZ]{4}-[BCDFGHJKLMNPQRSTVWXZ]{4}$/);
  expect(readUserCode(` ${code.toLowerCase().replace("-", " ")} `)).toBe(code);
});

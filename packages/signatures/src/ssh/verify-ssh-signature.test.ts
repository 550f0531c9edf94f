import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, expect, test } from "vitest";
import { APPROVAL_NAMESPACE, approvalText } from "../approval-text.ts";
import { SignatureError } from "../error.ts";
import { importSshKey, parseAuthorizedKey } from "./ssh-public-key.ts";
import { verifySshSignature } from "./verify-ssh-signature.ts";

const folder = mkdtempSync(join(tmpdir(), "custody-ssh-"));
afterAll(() => rmSync(folder, { force: true, recursive: true }));

const kinds = [
  ["ed25519", "256"],
  ["ecdsa", "256"],
  ["ecdsa", "384"],
  ["ecdsa", "521"],
  ["rsa", "3072"],
] as const;
const message = approvalText({ hold: "h-1", shown: "d-1", verdict: "approve" });
const code = (name: string) => expect.objectContaining({ code: name });

function makeKey(kind: string, bits: string) {
  const path = join(folder, `${kind}-${bits}-${Math.random()}`);
  execFileSync("ssh-keygen", ["-q", "-t", kind, "-b", bits, "-N", "", "-C", "ada@desk", "-f", path]);
  const line = readFileSync(`${path}.pub`, "utf8");
  return { line, path, publicKey: parseAuthorizedKey(line).blob };
}

function signed(path: string, text: string, namespace = APPROVAL_NAMESPACE): string {
  return execFileSync("ssh-keygen", ["-q", "-Y", "sign", "-f", path, "-n", namespace], {
    encoding: "utf8",
    input: text,
    stdio: ["pipe", "pipe", "ignore"],
  });
}

/** What OpenSSH says of it. */
function isGoodForSsh(line: string, signature: string, text: string): boolean {
  writeFileSync(join(folder, "allowed"), `ada ${line}`);
  writeFileSync(join(folder, "signature"), signature);
  const { status } = spawnSync(
    "ssh-keygen",
    [
      "-Y",
      "verify",
      "-f",
      join(folder, "allowed"),
      "-I",
      "ada",
      "-n",
      APPROVAL_NAMESPACE,
      "-s",
      join(folder, "signature"),
    ],
    { input: text },
  );
  return status === 0;
}

async function isGood(publicKey: string, signature: string, text: string): Promise<boolean> {
  try {
    await verifySshSignature(signature, { message: text, namespace: APPROVAL_NAMESPACE, publicKey });
    return true;
  } catch (error) {
    expect(error).toBeInstanceOf(SignatureError);
    return false;
  }
}

test.each(kinds)("%s with %s bits: the same verdict as ssh-keygen's", async (kind, bits) => {
  const { line, path, publicKey } = makeKey(kind, bits);
  const other = makeKey(kind, bits);
  for (const [signature, text] of [
    [signed(path, message), message],
    [signed(path, message), message.replace("approve", "deny")],
    [signed(path, message, "file"), message],
    [signed(other.path, message), message],
  ] as const)
    expect([text, await isGood(publicKey, signature, text)]).toEqual([
      text,
      isGoodForSsh(line, signature, text),
    ]);
  expect(await isGood(publicKey, signed(path, message), message)).toBe(true);
});

test("each says what is wrong", async () => {
  const { path, publicKey } = makeKey("ed25519", "256");
  const expected = { message, namespace: APPROVAL_NAMESPACE, publicKey };
  await expect(verifySshSignature(signed(path, "x"), expected)).rejects.toThrow(code("CHALLENGE_WRONG"));
  await expect(verifySshSignature(signed(path, message, "git"), expected)).rejects.toThrow(
    code("CHALLENGE_WRONG"),
  );
  await expect(verifySshSignature(signed(makeKey("ed25519", "256").path, message), expected)).rejects.toThrow(
    code("SIGNATURE_WRONG"),
  );
  await expect(verifySshSignature("no", expected)).rejects.toThrow(code("SIGNATURE_MALFORMED"));
});

test("keys that are too short, or of another kind, are not taken", async () => {
  const short = makeKey("rsa", "1024");
  await expect(importSshKey(new Uint8Array(Buffer.from(short.publicKey, "base64")))).rejects.toThrow(
    code("KEY_UNSUPPORTED"),
  );
  expect(() => parseAuthorizedKey("ssh-dss AAAA")).toThrow(SignatureError);
  expect(() => parseAuthorizedKey(`ssh-ed25519 ${short.publicKey}`)).toThrow(code("KEY_UNSUPPORTED"));
});

test("a signature with any byte changed is none", async () => {
  const { path, publicKey } = makeKey("ed25519", "256");
  const lines = signed(path, message).trim().split("\n");
  const bytes = Buffer.from(lines.slice(1, -1).join(""), "base64");
  await fc.assert(
    fc.asyncProperty(fc.nat(bytes.length - 1), fc.integer({ max: 255, min: 1 }), async (at, change) => {
      const changed = Buffer.from(bytes);
      changed[at] = (changed[at] as number) ^ change;
      const armored = `${lines[0]}\n${changed.toString("base64")}\n${lines.at(-1)}\n`;
      expect(await isGood(publicKey, armored, message)).toBe(false);
    }),
    { numRuns: 200 },
  );
});

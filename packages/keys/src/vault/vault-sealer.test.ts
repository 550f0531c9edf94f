import { randomBytes } from "node:crypto";
import fc from "fast-check";
import { afterEach, beforeEach, expect, test } from "vitest";
import { VaultDouble } from "../../../../test/keys/vault-double.ts";
import type { Fetch } from "../http/ask-service.ts";
import { type VaultOptions, vaultSealer } from "./vault-sealer.ts";

/** Nobody listens there, and it is none of the ports that `fetch` refuses by itself. */
const nowhere = "http://127.0.0.1:3";
const key = randomBytes(32);
let vault: VaultDouble;

beforeEach(async () => {
  vault = await VaultDouble.start();
  vault.createKey("custody");
});
afterEach(() => vault.stop());

function sealerWith(options: Partial<VaultOptions> = {}) {
  const token = async () => vault.token;
  return vaultSealer({ address: vault.address, fetch, key: "custody", mount: "transit", token, ...options });
}

async function failure(asked: Promise<unknown>): Promise<{ code: string; message: string }> {
  const error = await asked.then(
    () => expect.fail("it was not refused"),
    (cause: Error & { code: string }) => cause,
  );
  for (const secret of [vault.token, key.toString("base64"), key.toString("hex")])
    expect(`${error.stack} ${JSON.stringify(error)}`).not.toContain(secret);
  return error;
}

test("what Vault sealed, it unseals for the same ledger, and for no other", async () => {
  const sealer = sealerWith();
  const line = await sealer.seal(key, "ledger a");
  expect(line).toMatch(/^vault:v1:/);
  expect(await sealer.unseal(line, "ledger a")).toEqual(key);
  expect(await failure(sealer.unseal(line, "ledger b"))).toMatchObject({ code: "MASTER_KEY_WRONG" });
  expect(sealer.description).toBe(`vault transit/custody at ${new URL(vault.address).host}`);
});

test("neither the key nor the token stand in a path", async () => {
  await sealerWith().seal(key, "a");
  expect(vault.requests.map(({ path }) => path)).toEqual(["/v1/transit/encrypt/custody"]);
});

test("a rotated key seals anew and unseals the old, until its minimum version ends that", async () => {
  const sealer = sealerWith();
  const first = await sealer.seal(key, "a");
  vault.rotateKey("custody");
  const second = await sealer.seal(key, "a");
  expect(second).toMatch(/^vault:v2:/);
  expect(await sealer.unseal(first, "a")).toEqual(key);
  vault.setMinDecryptionVersion("custody", 2);
  expect(await failure(sealer.unseal(first, "a"))).toMatchObject({
    code: "MASTER_KEY_WRONG",
    message: expect.stringContaining("too old"),
  });
  expect(await sealer.unseal(second, "a")).toEqual(key);
});

test("another key of the same Vault does not open it", async () => {
  vault.createKey("other");
  const line = await sealerWith().seal(key, "a");
  const refused = await failure(sealerWith({ key: "other" }).unseal(line, "a"));
  expect(refused.code).toBe("MASTER_KEY_WRONG");
});

test("a key without associated data is used without", async () => {
  vault.createKey("rsa", "rsa-2048");
  const sealer = sealerWith({ key: "rsa" });
  expect(await sealer.unseal(await sealer.seal(key, "a"), "b")).toEqual(key);
});

test("a namespace and a mount elsewhere reach the right door", async () => {
  const inside = await VaultDouble.start("team/a");
  try {
    inside.createKey("custody");
    const options = { address: `${inside.address}/`, token: async () => inside.token };
    const sealer = sealerWith({ ...options, namespace: "team/a" });
    expect(await sealer.unseal(await sealer.seal(key, "a"), "a")).toEqual(key);
    expect(await failure(sealerWith(options).seal(key, "a"))).toMatchObject({ message: /answers 403/ });
    const lost = sealerWith({ ...options, mount: "team/other mount", namespace: "team/a" });
    expect(await failure(lost.seal(key, "a"))).toMatchObject({ code: "MASTER_KEY_UNAVAILABLE" });
    expect(inside.requests.at(-1)?.path).toBe("/v1/team/other%20mount/encrypt/custody");
  } finally {
    await inside.stop();
  }
});

test("a failure of Vault's own is tried again, and nothing else is", async () => {
  vault.failures = 2;
  expect(await sealerWith().seal(key, "a")).toMatch(/^vault:/);
  expect(vault.requests).toHaveLength(3);
  vault.failures = 3;
  const refused = await failure(sealerWith().seal(key, "a"));
  expect(refused).toMatchObject({ code: "MASTER_KEY_UNAVAILABLE", message: /answers 500/ });
  expect(vault.requests).toHaveLength(6);
  await failure(sealerWith({ token: async () => "hvs.wrong" }).seal(key, "a"));
  expect(vault.requests).toHaveLength(7);
});

test.each<[string, () => void, Partial<VaultOptions>, RegExp]>([
  ["a wrong token", () => {}, { token: async () => "hvs.wrong" }, /permission denied — renew the token/],
  ["an unknown key", () => {}, { key: "nobody" }, /encryption key not found/],
  ["an unknown mount", () => {}, { mount: "nowhere" }, /404.*correct mount/],
  ["nobody there", () => {}, { address: nowhere }, /does not answer \(ECONNREFUSED\)/],
  ["a redirection", () => redirect(), {}, /answers 307 — give the address of the active node/],
  ["a page that is no Vault", () => answer(200, "hello"), {}, /answers 200/],
  ["an answer without an end", () => answer(200, "x".repeat(100_000)), {}, /too long/],
  [
    "an answer with control characters",
    () => answer(400, { errors: ["\u001b[2J\u202ehello"] }),
    {},
    /: \[2J hello/,
  ],
])("%s is an error that says what and where, without the token", async (_, prepare, options, message) => {
  prepare();
  const refused = await failure(sealerWith(options).seal(key, "a"));
  expect(refused).toMatchObject({ code: "MASTER_KEY_UNAVAILABLE", message: expect.stringMatching(message) });
  expect(refused.message).toContain(
    `vault ${options.mount ?? "transit"}/${options.key ?? "custody"} at 127.0.0.1:`,
  );
  expect(refused.message).not.toMatch(/[\p{Cc}\p{Cf}]/u);
});

test("a Vault that repeats token and key in its error does not make us repeat them", async () => {
  answer(400, { errors: [`token ${vault.token} asked for ${key.toString("base64")}`] });
  expect((await failure(sealerWith().seal(key, "a"))).message).toContain("token … asked for …");
});

test("a sealed Vault says that it is", async () => {
  vault.isSealed = true;
  expect(await failure(sealerWith().unseal("vault:v1:AAAA", "a"))).toMatchObject({
    code: "MASTER_KEY_UNAVAILABLE",
    message: expect.stringContaining("Vault is sealed — unseal Vault"),
  });
});

test("a Vault that does not answer is given up", async () => {
  vault.isHanging = true;
  let signal: AbortSignal | null | undefined;
  const impatient: Fetch = (url, init) => {
    signal = init.signal;
    return fetch(url, { ...init, signal: AbortSignal.timeout(50) });
  };
  const refused = await failure(sealerWith({ fetch: impatient }).seal(key, "a"));
  expect(refused).toMatchObject({ code: "MASTER_KEY_UNAVAILABLE", message: /no answer within 10 s/ });
  expect(signal).toBeInstanceOf(AbortSignal);
});

test("a line that is not Vault's is refused before Vault is asked", async () => {
  await fc.assert(
    fc.asyncProperty(fc.oneof(fc.string(), fc.base64String(), fc.constant("vault:v0:AA==")), async (line) => {
      const refused = await failure(sealerWith().unseal(line, "a"));
      expect(refused.code).toBe("MASTER_KEY_MALFORMED");
    }),
    { numRuns: 50 },
  );
  expect(vault.requests).toEqual([]);
});

test("a line that was cut short, and something else that Vault sealed, are no master key", async () => {
  const sealer = sealerWith();
  const line = await sealer.seal(key, "a");
  for (const length of [line.length - 4, 20]) {
    const code = expect.stringMatching(/^MASTER_KEY_(WRONG|MALFORMED)$/);
    expect(await failure(sealer.unseal(line.slice(0, length), "a"))).toMatchObject({ code });
  }
  const short = await sealer.seal(randomBytes(31), "a");
  expect(await failure(sealer.unseal(short, "a"))).toMatchObject({ code: "MASTER_KEY_MALFORMED" });
});

function answer(status: number, json: unknown): void {
  vault.instead = { json, status };
}

function redirect(): void {
  vault.instead = { headers: { location: "http://127.0.0.1:6/v1/transit/encrypt/custody" }, status: 307 };
}

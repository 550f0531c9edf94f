import { copyFileSync, existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { LedgerReader, openLedger, verifyLedger } from "@custody/ledger";
import { generateX25519Identity } from "age-encryption";
import { beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { KmsDouble } from "../../../../test/keys/kms-double.ts";
import { VaultDouble } from "../../../../test/keys/vault-double.ts";
import { temporaryFolder } from "../testing/folder.ts";
import type { KeyPlace, KeyPlaces } from "./key-place.ts";
import { type KeySurroundings, openKeySource } from "./open-key-source.ts";

/** Small files, since many ledgers are made here. */
const segmentBytes = 8192;
const HEX = "0123456789abcdef".repeat(4);
const KINDS = ["default", "file", "env", "age", "vault", "kms"] as const;
type Kind = (typeof KINDS)[number];

let folder: string;
let directory: string;
let variables: Record<string, string>;
let vault: VaultDouble | undefined;
let kms: KmsDouble | undefined;

beforeEach(() => {
  folder = temporaryFolder();
  directory = join(folder, "data");
  variables = { MASTER: HEX };
  vault = undefined;
  kms = undefined;
});

/** A place of each kind, with the service that it needs. */
async function placeOf(kind: Kind, name = "custody"): Promise<KeyPlace> {
  if (kind === "default") return {};
  if (kind === "file") return { file: `${name}.key` };
  if (kind === "env") return { env: "MASTER" };
  if (kind === "age") {
    const identity = join(folder, `${name}.identity`);
    writeFileSync(identity, await generateX25519Identity(), { mode: 0o600 });
    return { age: { identity } };
  }
  return kind === "vault" ? vaultPlace(name) : kmsPlace(name);
}

async function vaultPlace(name: string): Promise<KeyPlace> {
  if (vault === undefined) {
    vault = await VaultDouble.start();
    onTestFinished(() => vault?.stop());
  }
  vault.createKey(name);
  writeFileSync(join(folder, "vault-token"), `${vault.token}\n`);
  return { vault: { address: vault.address, key: name, token: { file: "vault-token" } } };
}

async function kmsPlace(name: string): Promise<KeyPlace> {
  if (kms === undefined) {
    kms = await KmsDouble.start("session-token");
    onTestFinished(() => kms?.stop());
  }
  kms.createKey(name);
  const { accessKeyId, endpoint, region, secretAccessKey } = kms;
  Object.assign(variables, { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey });
  variables["AWS_SESSION_TOKEN"] = "session-token";
  return { kms: { endpoint, key: name, region } };
}

function open(places: KeyPlaces, at: Partial<KeySurroundings> = {}) {
  return openKeySource(places, { directory, fetch, folder, variables, ...at });
}

async function write(places: KeyPlaces, text: string): Promise<void> {
  const ledger = await openLedger({ directory, segmentBytes, ...(await open(places)) });
  await ledger.append({
    payload: text,
    scope: { class: "c", project: "p" },
    sequence: 0,
    source: `${ledger.instance}/notes`,
    timeMs: Date.now(),
    type: "note",
  });
  await ledger.close();
}

async function notes(places: KeyPlaces, at = directory): Promise<string[]> {
  const reader = await LedgerReader.open({ directory: at, ...(await open(places, { directory: at })) });
  const found: string[] = [];
  for await (const { envelope, payload } of reader.entries())
    if (envelope.t === "note") found.push(String(payload));
  return found;
}

async function findings(places: KeyPlaces): Promise<unknown> {
  const { decrypted, findings } = await verifyLedger({ directory, ...(await open(places)) });
  return { decrypted, findings };
}

const well = { decrypted: true, findings: [] };

describe.each(KINDS)("a master key in %s", (kind) => {
  test("opens a new ledger, the same one again, and its verification", async () => {
    const place = await placeOf(kind);
    await write(place, "first");
    await write(place, "second");
    expect(await findings(place)).toEqual(well);
    expect(await notes(place)).toEqual(["first", "second"]);
    expect(existsSync(join(directory, "keys/master.key"))).toBe(kind === "default");
    expect(existsSync(join(directory, "keys/sealed"))).toBe(["age", "vault", "kms"].includes(kind));
    for (const name of readdirSync(join(directory, "keys")).filter((each) => !/verifier/.test(each)))
      expect(statSync(join(directory, "keys", name)).mode & 0o077).toBe(0);
  });

  test("rotates, where it can be written", async () => {
    const place = await placeOf(kind);
    await write(place, "first");
    const ledger = await openLedger({ directory, segmentBytes, ...(await open(place)) });
    const rotated = ledger.rotateMasterKey();
    if (kind === "env") await expect(rotated).rejects.toMatchObject({ code: "MASTER_KEY_FIXED" });
    else expect(await rotated).toBe(2);
    await ledger.close();
    expect(await findings(place)).toEqual(well);
    expect(await notes(place)).toEqual(["first"]);
  });
});

test("a ledger moves from each place to others, and does not need the one where its key was any more", async () => {
  let place: KeyPlace = {};
  await write(place, "first");
  const way = ["env", "file", "age", "age", "vault", "vault", "kms", "kms", "age", "kms", "default"] as const;
  for (const [at, kind] of way.entries()) {
    const alone = await placeOf(kind, `place-${at}`);
    const moved = { ...alone, previous: [place] };
    // Readers find the key before a writer has moved it.
    expect(await notes(moved)).toEqual(["first"]);
    const ledger = await openLedger({ directory, segmentBytes, ...(await open(moved)) });
    await ledger.close();
    expect(ledger.keyGeneration).toBe(at + 2);
    expect(await notes(alone)).toEqual(["first"]);
    place = alone;
  }
  expect(await findings(place)).toEqual(well);
});

test.each(["age", "vault", "kms"] as const)("another key of %s is wrong, and says so", async (kind) => {
  const place = await placeOf(kind);
  await write(place, "first");
  const other = await placeOf(kind, "other");
  const wrong = { code: "MASTER_KEY_WRONG" };
  await expect(openLedger({ directory, segmentBytes, ...(await open(other)) })).rejects.toMatchObject(wrong);
  await expect(findings(other)).rejects.toMatchObject(wrong);
  await expect(notes({ ...other, previous: [await placeOf(kind, "third")] })).rejects.toMatchObject(wrong);
  expect(await notes(place)).toEqual(["first"]);
});

test.each(["age", "vault", "kms"] as const)(
  "what %s sealed for one ledger does not open another",
  async (kind) => {
    const place = await placeOf(kind);
    await write(place, "first");
    const sealed = join(directory, "keys/sealed");
    const elsewhere = join(folder, "elsewhere");
    await openLedger({
      directory: elsewhere,
      segmentBytes,
      ...(await open(place, { directory: elsewhere })),
    }).then((ledger) => ledger.close());
    copyFileSync(sealed, join(elsewhere, "keys/sealed"));
    await expect(notes(place, elsewhere)).rejects.toMatchObject({ code: "MASTER_KEY_WRONG" });
  },
);

test.each(["age", "vault", "kms"] as const)(
  "a sealed file of %s that was cut short is refused, and stays",
  async (kind) => {
    const place = await placeOf(kind);
    await write(place, "first");
    const file = join(directory, "keys/sealed");
    const whole = readFileSync(file, "utf8");
    for (const text of [whole.slice(0, -9), whole.slice(0, 10), "", "x".repeat(100)]) {
      writeFileSync(file, text);
      await expect(openLedger({ directory, segmentBytes, ...(await open(place)) })).rejects.toMatchObject({
        code: expect.stringMatching(/^MASTER_KEY_(MALFORMED|WRONG)$/),
      });
      expect(readFileSync(file, "utf8")).toBe(text);
    }
    writeFileSync(file, whole);
    expect(await notes(place)).toEqual(["first"]);
  },
);

test.each(["vault", "kms"] as const)(
  "a ledger whose key %s keeps does not open while that cannot be reached",
  async (kind) => {
    const place = await placeOf(kind);
    await write(place, "first");
    const nobody = async () => {
      throw new TypeError("fetch failed", { cause: { code: "ECONNREFUSED" } });
    };
    const unreachable = await open({ ...place, previous: [{}] }, { fetch: nobody });
    await expect(openLedger({ directory, segmentBytes, ...unreachable })).rejects.toMatchObject({
      code: "MASTER_KEY_UNAVAILABLE",
      message: expect.stringContaining("ECONNREFUSED"),
    });
    expect(await notes(place)).toEqual(["first"]);
  },
);

test.each([
  ["not set", undefined, "MASTER_KEY_UNAVAILABLE"],
  ["empty", "", "MASTER_KEY_UNAVAILABLE"],
  ["too short", HEX.slice(1), "MASTER_KEY_MALFORMED"],
  ["too long", `${HEX}0`, "MASTER_KEY_MALFORMED"],
  ["no number", HEX.replace("0", "g"), "MASTER_KEY_MALFORMED"],
])("a variable that is %s is refused, and not repeated", async (_, value, code) => {
  delete variables["MASTER"];
  if (value !== undefined) variables["MASTER"] = value;
  const error = await write({ env: "MASTER" }, "first").catch((cause: Error) => cause);
  expect(error).toMatchObject({ code, message: expect.stringContaining("environment variable MASTER") });
  expect((error as Error).stack).not.toContain(HEX.slice(20, 40));
  variables["MASTER"] = `${HEX.toUpperCase()}\n`;
  await write({ env: "MASTER" }, "first");
});

test("a key that lies in the directory is not forgotten when another place is configured", async () => {
  await write({}, "first");
  const place = await placeOf("age");
  await expect(write(place, "second")).rejects.toMatchObject({
    code: "MASTER_KEY_MALFORMED",
    message: expect.stringContaining(`previous: [{ file: ${join(directory, "keys/master.key")} }]`),
  });
  expect(await notes({})).toEqual(["first"]);
});

test("without a key a ledger is still verified, as far as that goes", async () => {
  await write({ file: "elsewhere.key" }, "first");
  expect(await findings({})).toEqual({ decrypted: false, findings: [] });
  await expect(notes({})).rejects.toMatchObject({ code: "MASTER_KEY_MALFORMED" });
});

test("a former place that is gone is not missed once the key has moved", async () => {
  await write({ env: "MASTER" }, "first");
  const moved = { ...(await placeOf("file")), previous: [{ age: { identity: "gone" } }, { env: "MASTER" }] };
  await expect(write(moved, "second")).rejects.toMatchObject({ code: "MASTER_KEY_UNAVAILABLE" });
  const right = { ...moved, previous: [{ env: "MASTER" }] };
  await write(right, "second");
  expect(await notes(moved)).toEqual(["first", "second"]);
});

test("a session token of the environment is not sent with another access key", async () => {
  const { kms: place } = await kmsPlace("custody");
  variables["OTHER"] = variables["AWS_ACCESS_KEY_ID"] as string;
  const other = { kms: { ...(place as NonNullable<typeof place>), accessKeyId: { env: "OTHER" } } };
  await expect(write(other, "first")).rejects.toMatchObject({ code: "MASTER_KEY_UNAVAILABLE" });
  expect(kms?.requests.at(-1)?.headers["x-amz-security-token"]).toBeUndefined();
  await write({ kms: { ...other.kms, sessionToken: { env: "AWS_SESSION_TOKEN" } } }, "first");
});

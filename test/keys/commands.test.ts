import { execFileSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { openLedger } from "@custody/ledger";
import { beforeEach, describe, expect, test } from "vitest";
import { readConfig } from "../../apps/cli/src/config/read-config.ts";
import { keyOptionsOf } from "../../apps/cli/src/keys/key-options.ts";
import { ledgerEventRecords } from "../../apps/cli/src/recorder/ledger-events.ts";
import { originOf } from "../../apps/cli/src/recorder/origin.ts";
import { optional } from "../postgres/optional.ts";
import { CommandLine } from "./command-line.ts";
import { KINDS, makeIdentity, placeOf } from "./places.ts";

let custody: CommandLine;

beforeEach(() => {
  custody = new CommandLine();
});

/** What `up` does first, and a rotation or two. */
async function makeLedger(rotations = 0): Promise<void> {
  const { data, folder, variables } = custody;
  const environment = { variables, version: "0.1.0", workingDirectory: folder };
  const keys = await keyOptionsOf(readConfig(folder), data, environment);
  let made = 0;
  const newId = () => {
    made += 1;
    return `01900000-0000-7000-8000-${String(made).padStart(12, "0")}`;
  };
  const origin = originOf({ host: "here", instance: "i", timezone: "UTC", version: "0.1.0" });
  const describeEvent = ledgerEventRecords(origin, newId);
  const ledger = await openLedger({ ...keys, describeEvent, directory: data, segmentBytes: 64 * 1024 });
  for (let at = 0; at < rotations; at += 1) await ledger.rotateMasterKey();
  await ledger.close();
}

describe.each(KINDS)("with the master key in %s", (kind) => {
  test("every command that reads the ledger does so, and says nothing secret", async () => {
    const place = await placeOf(kind, custody.folder);
    custody.configure(place.yaml);
    Object.assign(custody.variables, place.variables);
    await makeLedger();
    expect(await custody.run("verify", "--json")).toMatchObject({ json: { decrypted: true, findings: [] } });
    const { json: first } = await custody.run("log", "--json", "--limit", "1");
    expect((await custody.run("show", String(first.index))).code).toBe(0);
    expect((await custody.run("prove", String(first.index), "--json")).json.index).toBe(first.index);
    expect((await custody.run("export", "-o", join(custody.folder, "all.jsonl"))).code).toBe(0);
    expect((await custody.run("export", "--format", "tlog", "-o", join(custody.folder, "log"))).code).toBe(0);
    expect((await custody.run("index", "rebuild", "--json")).json.cursor).toBeGreaterThan(0);
    expect((await custody.run("index", "status", "--json")).json.state).toBe("ready");
    const { json: doctor } = await custody.run("doctor", "--json");
    expect(doctor.checks).toContainEqual(expect.objectContaining({ id: "ledger", status: "ok" }));
    expect(doctor.checks).toContainEqual(expect.objectContaining({ id: "master-key-left", status: "ok" }));
    const said = custody.everything.join("\n");
    for (const secret of place.secrets) expect(said).not.toContain(secret);
  });

  test("a backup opens with the same configuration, and with the key in it without any", async () => {
    const place = await placeOf(kind, custody.folder);
    custody.configure(place.yaml);
    Object.assign(custody.variables, place.variables);
    await makeLedger(kind === "env" ? 0 : 1);
    const to = join(custody.folder, "backup");
    expect(await custody.run("backup", to, "--json")).toMatchObject({ json: { ok: true, withKey: false } });
    const names = readdirSync(join(to, "keys"));
    expect(names.includes("sealed")).toBe(["age", "vault", "kms"].includes(kind));
    expect(names).not.toContain("master.key");
    const readable = await custody.run("verify", "--data", to, "--json");
    // A copy does not know the original's own folder.
    expect(readable.json).toMatchObject({ decrypted: kind !== "default", findings: [] });

    const withKey = join(custody.folder, "with-key");
    expect((await custody.run("backup", withKey, "--with-key")).code).toBe(0);
    custody.configure("{}");
    await place.cutOff();
    expect((await custody.run("verify", "--data", withKey, "--json")).json).toMatchObject({
      decrypted: true,
      findings: [],
    });
    expect(
      (await custody.run("log", "--data", withKey, "--json", "--type", "key.exported")).json,
    ).toBeUndefined();
  });

  test("a recovery copy is on record, and puts back a key that is lost", async () => {
    const place = await placeOf(kind, custody.folder);
    custody.configure(place.yaml);
    Object.assign(custody.variables, place.variables);
    await makeLedger();
    const { identity, path, recipient } = await makeIdentity(custody.folder, "recovery.txt");
    const made = await custody.run("keys", "export", "--to", recipient, "-o", "copy.age", "--json");
    const file = join(custody.folder, "copy.age");
    expect(made.json).toMatchObject({ file, generation: 1, recipients: [recipient] });
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const { json: record } = await custody.run("log", "--type", "key.exported", "--json");
    expect(record).toMatchObject({
      details: { by: "local operator", generation: 1, recipients: [recipient] },
      level: "warning",
    });
    const restore = ["keys", "restore", "copy.age", "--identity", path];
    expect((await custody.run(...restore, "--dry-run", "--json")).json).toMatchObject({
      generation: 1,
      opens: true,
    });
    expect((await custody.run(...restore)).error).toMatchObject({ code: "KEY_IN_PLACE" });

    if (kind === "env") {
      custody.variables["MASTER"] = "f".repeat(64);
      expect((await custody.run(...restore)).error).toMatchObject({ code: "MASTER_KEY_FIXED" });
    } else {
      const lost = { age: "data/keys/sealed", default: "data/keys/master.key", file: "elsewhere.key" };
      rmSync(join(custody.folder, kind === "vault" || kind === "kms" ? lost.age : lost[kind]));
      expect((await custody.run("log")).error).toMatchObject({ code: "MASTER_KEY_MALFORMED" });
      expect((await custody.run(...restore, "--json")).json).toMatchObject({
        replaced: null,
        restored: true,
      });
      expect((await custody.run("verify", "--json")).json).toMatchObject({ decrypted: true, findings: [] });
    }
    const said = custody.everything.join("\n");
    const key = place.variables["MASTER"] ?? "no such";
    for (const secret of [...place.secrets, identity, key]) expect(said).not.toContain(secret);
  });
});

test("a key that opens nothing here is replaced, and kept beside", async () => {
  custody.configure("{}");
  await makeLedger();
  const { path, recipient } = await makeIdentity(custody.folder, "recovery.txt");
  await custody.run("keys", "export", "--to", recipient, "-o", "copy.age");
  const file = join(custody.data, "keys/master.key");
  writeFileSync(file, `${"0".repeat(64)}\n`);
  const restored = await custody.run("keys", "restore", "copy.age", "--identity", path, "--json");
  expect(readFileSync(restored.json.replaced, "utf8")).toBe(`${"0".repeat(64)}\n`);
  expect(restored.json.replaced).toMatch(/master\.key\.replaced-/);
  expect((await custody.run("verify", "--json")).json).toMatchObject({ decrypted: true, findings: [] });
});

test("who is named for recovery gets a copy with each rotation, in place of the one before", async () => {
  const { path, recipient } = await makeIdentity(custody.folder, "recovery.txt");
  custody.configure(`{ recoveryRecipients: [${recipient}] }`);
  await makeLedger();
  expect((await custody.run("keys", "rotate", "--json")).json).toEqual({ generation: 2 });
  expect((await custody.run("keys", "rotate", "--json")).json).toEqual({ generation: 3 });
  expect(readdirSync(join(custody.data, "recovery"))).toEqual(["generation-3.age"]);
  const { json: doctor } = await custody.run("doctor", "--json");
  expect(doctor.checks).toContainEqual(expect.objectContaining({ id: "master-key-copy", status: "ok" }));
  rmSync(join(custody.data, "keys/master.key"));
  const copy = join(custody.data, "recovery/generation-3.age");
  expect((await custody.run("keys", "restore", copy, "--identity", path)).code).toBe(0);
  expect((await custody.run("verify", "--json")).json).toMatchObject({ decrypted: true, findings: [] });
});

test("a copy of another generation, or of another ledger, is refused by name and changes nothing", async () => {
  custody.configure("{}");
  await makeLedger();
  const { path, recipient } = await makeIdentity(custody.folder, "recovery.txt");
  await custody.run("keys", "export", "--to", recipient, "-o", "first.age");
  await makeLedger(1);
  const key = join(custody.data, "keys/master.key");
  rmSync(key);
  const old = await custody.run("keys", "restore", "first.age", "--identity", path);
  expect(old.error).toMatchObject({
    code: "RECOVERY_WRONG",
    message: expect.stringMatching(/generation 1 .* generation 2.*after the rotation/),
  });
  expect(existsSync(key)).toBe(false);

  renameSync(custody.data, join(custody.folder, "former"));
  await makeLedger();
  const other = await custody.run("keys", "restore", "first.age", "--identity", path);
  expect(other.error).toMatchObject({ code: "RECOVERY_WRONG", message: /another ledger/ });
});

test("the copy goes to standard output, for several recipients, when no file is named", async (context) => {
  custody.configure("{}");
  await makeLedger();
  const age = optional("age", context);
  const [first, second] = [
    await makeIdentity(custody.folder, "first.txt"),
    await makeIdentity(custody.folder, "second.txt"),
  ];
  const { lines } = await custody.run("keys", "export", "--to", first.recipient, second.recipient);
  for (const { path } of [first, second]) {
    const text = execFileSync(age, ["-d", "-i", path], { encoding: "utf8", input: lines.join("\n") });
    expect(text).toMatch(/^custody recovery copy, version 1\nledger /);
    // The key in the last line is that of the file, so the file can be made by hand.
    const key = text.trimEnd().split("\n").at(-1)?.replace("key ", "");
    expect(readFileSync(join(custody.data, "keys/master.key"), "utf8")).toBe(`${key}\n`);
  }
});

test("what cannot be exported is refused before anything is written or recorded", async () => {
  custody.configure("{}");
  const { identity, recipient } = await makeIdentity(custody.folder, "recovery.txt");
  expect((await custody.run("keys", "export", "--to", recipient)).error).toMatchObject({
    code: "FILE_UNUSABLE",
  });
  await makeLedger();
  writeFileSync(join(custody.folder, "there.age"), "mine");
  const refused: [string[], string][] = [
    [["--to", "ssh-ed25519"], "RECIPIENT_MALFORMED"],
    [["--to", identity], "RECIPIENT_MALFORMED"],
    [["--to", recipient, "-o", "there.age"], "FILE_UNUSABLE"],
    [["--to", recipient, "-o", "no/such/folder"], "FILE_UNUSABLE"],
  ];
  for (const [parameters, code] of refused)
    expect((await custody.run("keys", "export", ...parameters)).error).toMatchObject({ code });
  rmSync(join(custody.data, "keys/master.key"));
  const lost = await custody.run("keys", "export", "--to", recipient, "-o", "copy.age");
  expect(lost.error).toMatchObject({ code: "MASTER_KEY_MALFORMED" });
  expect(existsSync(join(custody.folder, "copy.age"))).toBe(false);
  expect(readFileSync(join(custody.folder, "there.age"), "utf8")).toBe("mine");
  expect(custody.everything.join("\n")).not.toContain(identity.slice(20));
});

test("what is no copy, and an identity that is none, are refused by name", async () => {
  custody.configure("{}");
  await makeLedger();
  const { path, recipient } = await makeIdentity(custody.folder, "recovery.txt");
  const stranger = await makeIdentity(custody.folder, "stranger.txt");
  await custody.run("keys", "export", "--to", recipient, "-o", "copy.age");
  // A stick that other systems share has no modes: an identity that is used once is not refused for them.
  chmodSync(path, 0o644);
  const codes: [string, string, string | undefined][] = [
    ["copy.age", path, "KEY_IN_PLACE"],
    ["copy.age", stranger.path, "RECOVERY_COPY_SEALED"],
    ["copy.age", "copy.age", "IDENTITY_MALFORMED"],
    [path, path, "RECOVERY_COPY_MALFORMED"],
    ["gone.age", path, "FILE_UNUSABLE"],
    ["copy.age", "gone.txt", "FILE_UNUSABLE"],
  ];
  for (const [copy, identity, code] of codes)
    expect((await custody.run("keys", "restore", copy, "--identity", identity)).error).toMatchObject({
      code,
    });
});

test("a service that does not answer keeps commands from reading, and says where and what", async () => {
  for (const kind of ["vault", "kms"] as const) {
    const place = await placeOf(kind, custody.folder);
    custody.configure(place.yaml);
    Object.assign(custody.variables, place.variables);
    rmSync(custody.data, { force: true, recursive: true });
    await makeLedger();
    await place.cutOff();
    for (const command of ["log", "verify"])
      expect((await custody.run(command)).error).toMatchObject({ code: "MASTER_KEY_UNAVAILABLE" });
    const { json } = await custody.run("doctor", "--json");
    expect(json.checks).toContainEqual(
      expect.objectContaining({ id: "ledger", status: "fail", what: expect.stringContaining("127.0.0.1") }),
    );
    const said = custody.everything.join("\n");
    for (const secret of place.secrets) expect(said).not.toContain(secret);
  }
});

test("a configuration elsewhere is named, for any command", async () => {
  custody.configure("{ file: ./elsewhere.key }");
  await makeLedger();
  renameSync(join(custody.folder, "custody.yaml"), join(custody.folder, "other.yaml"));
  expect((await custody.run("log", "--data", custody.data)).error).toMatchObject({
    code: "MASTER_KEY_MALFORMED",
  });
  for (const parameters of [
    ["log", "--config", "other.yaml"],
    ["--config", "other.yaml", "verify"],
    ["verify", "--config", "other.yaml", "--data", custody.data],
  ])
    expect(await custody.run(...parameters)).toMatchObject({ code: 0, error: undefined });
});

import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openLedger } from "@custody/ledger";
import { expect, onTestFinished, test } from "vitest";
import type { MasterKeyConfig } from "../config/master-key.ts";
import { noteKeyCopy } from "../keys/key-copy.ts";
import { keyOptionsOf } from "../keys/key-options.ts";
import { checkKeyCopy, checkLedger, checkLeftKey } from "./ledger-checks.ts";
import { checkDisk, checkModes, checkNode } from "./machine-checks.ts";

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), "custody-doctor-"));
  onTestFinished(() => rmSync(path, { force: true, recursive: true }));
  return path;
}

test("an old Node is a fail", () => {
  expect(checkNode("20.18.3").status).toBe("fail");
  expect(checkNode("20.19.0").status).toBe("ok");
  expect(checkNode("24.1.0").status).toBe("ok");
});

test("a key that others may read is a fail, an open folder a warning", () => {
  const data = folder();
  mkdirSync(join(data, "keys"));
  writeFileSync(join(data, "keys/master.key"), "x", { mode: 0o600 });
  expect(checkModes(data).status).toBe("ok");
  chmodSync(data, 0o755);
  expect(checkModes(data).status).toBe("warn");
  chmodSync(join(data, "keys/master.key"), 0o644);
  expect(checkModes(data)).toMatchObject({
    status: "fail",
    what: expect.stringContaining("keys/master.key"),
  });
});

test("the disk is held against the limits", async () => {
  const limits = (stop: number, warn: number) => ({
    stopBelow: { percent: stop },
    warnBelow: { percent: warn },
  });
  expect((await checkDisk(folder(), limits(0, 0))).status).toBe("ok");
  expect((await checkDisk(folder(), limits(0, 99.9))).status).toBe("warn");
  expect((await checkDisk(folder(), limits(99.9, 99.9))).status).toBe("fail");
  expect((await checkDisk("/not/there", limits(0, 0))).status).toBe("unknown");
});

const keysOf = (data: string, masterKey: MasterKeyConfig = {}) =>
  keyOptionsOf({ folder: data, masterKey }, data, { variables: {}, version: "0", workingDirectory: data });

test("a copy of the master key is believed until the key is another one", async () => {
  const data = folder();
  const status = async (config?: MasterKeyConfig) => (await checkKeyCopy(data, config)).status;
  expect(await status()).toBe("unknown");
  const ledger = await openLedger({ directory: data, segmentBytes: 4096 });
  expect(await status()).toBe("warn");
  expect(await status({ requireRecovery: true })).toBe("warn");
  expect(await status({ requireRecovery: false })).toBe("ok");
  noteKeyCopy(data, { generation: 1, time: "2026-11-20T00:00:00Z" });
  expect(await status()).toBe("ok");
  await ledger.rotateMasterKey();
  expect(await checkKeyCopy(data, undefined)).toMatchObject({
    status: "warn",
    what: expect.stringContaining("generation 2"),
  });
  await ledger.close();
});

test("what an older version noted of a copy counts for the first key", async () => {
  const data = folder();
  await openLedger({ directory: data, segmentBytes: 4096 }).then((ledger) => ledger.close());
  writeFileSync(join(data, "key-copy.json"), '{"time":"2026-11-20T00:00:00Z"}\n');
  expect((await checkKeyCopy(data, undefined)).status).toBe("ok");
});

test("a key that was left in the directory after it moved is a warning", async () => {
  const data = folder();
  mkdirSync(join(data, "keys"));
  expect(checkLeftKey(data, await keysOf(data, { env: "KEY" })).status).toBe("ok");
  writeFileSync(join(data, "keys/master.key"), "x", { mode: 0o600 });
  expect(checkLeftKey(data, await keysOf(data, { env: "KEY" })).status).toBe("warn");
  expect(checkLeftKey(data, await keysOf(data)).status).toBe("ok");
  expect(checkLeftKey(data, await keysOf(data, { file: "keys/master.key" })).status).toBe("ok");
});

const statuses = async (data: string, isRunning = false) => {
  const found = await checkLedger(data, isRunning, () => keysOf(data));
  return Object.fromEntries(found.map(({ id, status }) => [id, status]));
};

test("the ledger's last stop and the clock are read from the ledger", async () => {
  const data = folder();
  expect(await statuses(data)).toEqual({ ledger: "unknown" });
  const clock = () => Date.now() + 60_000;
  const ledger = await openLedger({ clock, directory: data, segmentBytes: 4096 });
  expect(await statuses(data)).toEqual({ clock: "fail", "last-stop": "warn", ledger: "ok" });
  expect(await statuses(data, true)).toMatchObject({ "last-stop": "ok" });
  await ledger.close();
  expect(await statuses(data)).toMatchObject({ "last-stop": "ok" });
});

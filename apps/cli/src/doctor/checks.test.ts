import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openLedger } from "@custody/ledger";
import { expect, onTestFinished, test } from "vitest";
import { noteKeyCopy } from "../backup/key-copy.ts";
import { checkKeyCopy, checkLedger } from "./ledger-checks.ts";
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

test("a copy of the master key is believed once a backup has made one", () => {
  const data = folder();
  expect(checkKeyCopy(data).status).toBe("warn");
  noteKeyCopy(data, "2026-11-20T00:00:00Z");
  expect(checkKeyCopy(data).status).toBe("ok");
});

const statuses = async (data: string, isRunning = false) =>
  Object.fromEntries((await checkLedger(data, isRunning)).map(({ id, status }) => [id, status]));

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

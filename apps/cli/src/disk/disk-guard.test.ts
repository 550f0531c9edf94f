import type { RecordDraft } from "@custody/domain";
import { expect, test } from "vitest";
import { DiskGuard } from "./disk-guard.ts";
import { parseThreshold } from "./threshold.ts";

const GIB = 1024 ** 3;

function guarded(freeBytes: number) {
  const drafts: RecordDraft[] = [];
  const warnings: string[] = [];
  const space = { freeBytes, totalBytes: 100 * GIB };
  const guard = new DiskGuard({
    directory: "/data",
    limits: { stopBelow: { bytes: GIB }, warnBelow: { percent: 10 } },
    newId: () => "id",
    nowUs: () => 0,
    readSpace: async () => {
      if (Number.isNaN(space.freeBytes)) throw new Error("no such device");
      return space;
    },
    record: async (draft) => drafts.push(draft),
    warn: (text) => warnings.push(text),
  });
  return { drafts, guard, space, warnings };
}

test("it warns, refuses, and lifts the refusal by itself, with a record of each", async () => {
  const { drafts, guard, space, warnings } = guarded(50 * GIB);
  const seen: string[] = [];
  for (const free of [50, 9, 8, 0.9, 0.5, 1.01, 2, 10.1, 11]) {
    space.freeBytes = free * GIB;
    await guard.check();
    seen.push(guard.state);
    expect(guard.refusal?.code).toBe(guard.state === "stopped" ? "DISK_STOPPED" : undefined);
  }
  expect(seen).toEqual(["ok", "low", "low", "stopped", "stopped", "stopped", "low", "low", "ok"]);
  expect(drafts.map(({ type }) => type)).toEqual([
    "disk.low",
    "disk.stopped",
    "disk.recovered",
    "disk.recovered",
  ]);
  expect(drafts[1]).toMatchObject({
    details: { directory: "/data", freeBytes: 0.9 * GIB, stopBytes: GIB, warnBytes: 10 * GIB },
    level: "critical",
  });
  expect(warnings[1]).toContain("NOTHING IS FORWARDED");
});

test("a file system that cannot be read is told once, and stops nothing", async () => {
  const { guard, warnings } = guarded(Number.NaN);
  await guard.check();
  await guard.check();
  expect(guard.state).toBe("ok");
  expect(warnings).toEqual(["the free space of /data is not known: no such device"]);
});

test("other limits count at once", async () => {
  const { guard } = guarded(50 * GIB);
  await guard.check();
  await guard.useLimits({ stopBelow: { bytes: 60 * GIB }, warnBelow: { percent: 10 } });
  expect(guard.state).toBe("stopped");
});

test.each([
  ["10%", { percent: 10 }],
  ["0.5%", { percent: 0.5 }],
  ["1GiB", { bytes: GIB }],
  [4096, { bytes: 4096 }],
  ["100%", undefined],
  ["some", undefined],
])("%s is read as %o", (text, threshold) => {
  expect(parseThreshold(text)).toEqual(threshold);
});

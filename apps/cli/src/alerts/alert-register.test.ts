import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { AuditRecord, RecordDraft } from "@custody/domain";
import { type Ledger, LedgerReader, openLedger } from "@custody/ledger";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { LedgerRecorder } from "../recorder/ledger-recorder.ts";
import { originOf } from "../recorder/origin.ts";
import { type AlertNotice, AlertRegister } from "./alert-register.ts";
import { AlertWatch } from "./alert-watch.ts";

const START_US = 1_790_000_000_000_000;

let directory: string;
let ledger: Ledger;
let recorder: LedgerRecorder;
let register: AlertRegister;
const notices: AlertNotice[] = [];
const clock = { us: START_US };
let id = 0;

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), "custody-alerts-"));
  clock.us = START_US;
  notices.length = 0;
  await start();
});
afterEach(async () => {
  vi.useRealTimers();
  await register.close();
  await ledger.close();
  rmSync(directory, { force: true, recursive: true });
});

function newId(): string {
  id += 1;
  return `00000000-0000-7000-8000-${String(id).padStart(12, "0")}`;
}

/** Another run on the same directory. */
async function start(): Promise<void> {
  ledger = await openLedger({ describeEvent: () => "{}", directory, segmentBytes: 65_536 });
  const origin = originOf({ host: "h", instance: newId(), timezone: "UTC", version: "1" });
  const watch = new AlertWatch((occurrences) => register.see(occurrences));
  recorder = new LedgerRecorder({ ledger, newId, onFailure: () => {}, onRecorded: watch.record, origin });
  const options = {
    directory,
    instance: origin.source.instance,
    newId,
    nowUs: () => clock.us,
    reader: await LedgerReader.open({ directory }),
    recordOne: (draft: RecordDraft) => recorder.recordOne(draft),
    settle: () => recorder.settle("durable"),
    size: () => ledger.durableSize,
    warn: () => {},
  };
  register = new AlertRegister(options, watch);
  register.onNotice((notice) => notices.push(notice));
  register.start();
}

/** Ends as a kill would: nothing more is counted, kept or recorded. */
async function kill(): Promise<void> {
  await ledger.close();
}

function draft(type: string, given: Partial<RecordDraft> = {}): RecordDraft {
  return {
    action: newId(),
    actor: { agent: { instance: "i", name: "robot" } },
    level: "warning",
    links: {},
    message: { key: type, params: {} },
    project: "web",
    session: "s-1",
    target: { environment: "production", kind: "postgres", name: "shop" },
    time: new Date(clock.us / 1000).toISOString().replace("Z", "000Z"),
    type,
    ...given,
  };
}

const deny = (given: Partial<RecordDraft> = {}) =>
  recorder.record([draft("db.statement.denied", given)], "durable");

const all = (given = {}) => register.page({ limit: 100, ...given });

/** Types and counts of the alerts' records, as they stand in the ledger. */
async function records(): Promise<unknown[]> {
  const reader = await LedgerReader.open({ directory });
  const found: unknown[] = [];
  for await (const { i, t } of reader.envelopes(0)) {
    if (!t.startsWith("alert.")) continue;
    const { payload } = await reader.entry(i);
    const { details } = JSON.parse(payload?.toString("utf8") ?? "") as AuditRecord;
    found.push([t, details?.["count"]]);
  }
  return found;
}

test("the first denial is an alert on record at once, and the rest of a storm is counted exactly", async () => {
  await all();
  for (let number = 0; number < 2000; number += 1)
    await recorder.record([draft("db.statement.denied")], "queued");
  await expect.poll(records).toEqual([
    ["alert.raised", 1],
    ["alert.updated", 5],
  ]);
  expect(await all()).toMatchObject({
    alerts: [{ count: 2000, kind: "statement-denied", level: "error", subject: { session: "s-1" } }],
    open: 1,
  });
  await register.close();
  expect(await records()).toHaveLength(3);
  expect((await records()).at(-1)).toEqual(["alert.updated", 2000]);
});

test("whoever is told is told once it is durable, and where the record stands", async () => {
  await deny();
  await expect.poll(() => notices).toMatchObject([{ alert: { count: 1 }, what: "raised" }]);
  const reader = await LedgerReader.open({ directory });
  const { envelope } = await reader.envelope(notices[0]?.index as number);
  expect(envelope.t).toBe("alert.raised");
});

test("while a storm lasts it is brought up to date once a minute", async () => {
  vi.useFakeTimers({ now: START_US / 1000, toFake: ["setTimeout", "clearTimeout"] });
  await all();
  await deny();
  await deny();
  await expect.poll(records).toEqual([["alert.raised", 1]]);
  clock.us += 61_000_000;
  await vi.advanceTimersByTimeAsync(61_000);
  await expect.poll(records).toEqual([
    ["alert.raised", 1],
    ["alert.updated", 2],
  ]);
  clock.us += 61_000_000;
  await vi.advanceTimersByTimeAsync(61_000);
  expect(await records()).toHaveLength(2);
});

test("a clean restart neither loses nor repeats an alert, and counts on", async () => {
  await deny();
  await expect.poll(records).toHaveLength(1);
  await deny();
  await register.close();
  await ledger.close();
  notices.length = 0;
  await start();
  await deny();
  expect((await all()).alerts).toMatchObject([{ count: 3 }]);
  expect(notices).toEqual([]);
});

test("what was denied when the process was killed is an alert of the next run, and once only", async () => {
  await all();
  // No turn of the event loop passes between the record and the kill.
  const recorded = recorder.record([draft("db.statement.denied"), draft("db.statement.denied")], "durable");
  register.see = () => {};
  await recorded;
  await kill();
  await start();
  expect((await all()).alerts).toMatchObject([{ count: 2 }]);
  await expect.poll(records).toEqual([["alert.raised", 2]]);
  await kill();
  notices.length = 0;
  await start();
  expect((await all()).alerts).toMatchObject([{ count: 2 }]);
  expect(await records()).toHaveLength(1);
  expect(notices).toEqual([]);
});

test("after a kill the count is exact, whether the file of what was counted is there, damaged or old", async () => {
  await deny();
  await expect.poll(records).toHaveLength(1);
  await deny();
  await deny();
  await kill();
  await start();
  expect((await all()).alerts).toMatchObject([{ count: 3 }]);
  await deny();
  await kill();
  writeFileSync(join(directory, "alerts.json"), "damaged\n");
  await start();
  // The first denial stands before the alert from which on the ledger is read, and is in that alert's own count.
  expect((await all()).alerts).toMatchObject([{ count: 4 }]);
});

test("a statement after a restart can be a rewording of one that was denied before", async () => {
  const operations = (verb: string) => [
    { kind: "delete" as const, objects: [], tier: "destructive" as const, verb },
  ];
  await deny({ operations: operations("DROP"), statement: { digest: "a", text: "DROP SCHEMA a" } });
  await kill();
  await start();
  await recorder.record(
    [
      draft("db.statement.requested", {
        operations: operations("DROP"),
        statement: { digest: "b", text: "DROP SCHEMA b" },
      }),
    ],
    "durable",
  );
  await expect
    .poll(async () => (await all()).alerts.map(({ kind, level }) => [kind, level]))
    .toEqual([
      ["statement-reworded", "error"],
      ["statement-denied", "warning"],
    ]);
});

test("what somebody has seen stays seen, over a kill", async () => {
  await deny();
  await expect.poll(records).toHaveLength(1);
  const [alert] = (await all()).alerts;
  expect(await register.acknowledge(alert?.id as string)).toMatchObject({
    acknowledged: { by: "local operator" },
  });
  expect(await register.acknowledge("unknown")).toBeUndefined();
  expect(await all()).toMatchObject({ open: 0 });
  await kill();
  await start();
  expect(await all()).toMatchObject({ alerts: [{ acknowledged: { by: "local operator" } }], open: 0 });
  await register.acknowledge(alert?.id as string);
  expect(await records()).toHaveLength(2);
});

test("alerts are listed in pages, the newest first, by level, kind, and whether somebody has seen them", async () => {
  await deny();
  for (let number = 0; number < 4; number += 1)
    await recorder.record(
      [draft("access.sign-in-refused", { details: { address: `10.0.0.${number}` } })],
      "durable",
    );
  await recorder.record([draft("disk.stopped")], "durable");
  await expect.poll(records).toHaveLength(6);
  const first = await all({ limit: 4 });
  expect(first.alerts.map(({ kind }) => kind)).toEqual([
    "disk-stopped",
    "sign-in-refused",
    "sign-in-refused",
    "sign-in-refused",
  ]);
  const second = await all({ before: first.next, limit: 4 });
  expect(second).toMatchObject({
    alerts: [{ kind: "sign-in-refused" }, { kind: "statement-denied" }],
    next: null,
  });
  expect((await all({ level: "critical" })).alerts).toHaveLength(1);
  expect((await all({ kind: "sign-in-refused" })).alerts).toHaveLength(4);
  await register.acknowledge(first.alerts[0]?.id as string);
  expect((await all({ isOpen: false })).alerts).toHaveLength(1);
  expect((await all({ isOpen: true })).alerts).toHaveLength(5);
});

test("that nothing can be recorded is told without a record, once", async () => {
  await all();
  register.tellUnrecorded("ledger-failed", "the disk is full");
  register.tellUnrecorded("ledger-failed", "the disk is full");
  expect(notices).toMatchObject([{ alert: { kind: "ledger-failed", level: "critical" }, index: -1 }]);
});

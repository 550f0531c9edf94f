import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { SessionIdentity } from "@custody/domain";
import { OPERATOR, type Principal } from "@custody/identity";
import { type Ledger, LedgerReader, openLedger } from "@custody/ledger";
import { afterEach, beforeEach, expect, test } from "vitest";
import { ledgerEventRecords } from "../recorder/ledger-events.ts";
import { LedgerRecorder } from "../recorder/ledger-recorder.ts";
import { originOf } from "../recorder/origin.ts";
import { type IndexedRecord, parseRecord } from "../records/indexed-record.ts";
import { ReportedRecords } from "./reported-records.ts";

let directory = "";
let ids = 0;
const newId = () => `00000000-0000-7000-8000-${String(++ids).padStart(12, "0")}`;
const nowUs = () => 1_800_000_000_000_000;
const ada: Principal = { ...OPERATOR, id: "ada-id", kind: "sdk", name: "ada" };
const bob: Principal = { ...ada, id: "bob-id", name: "bob" };
const session: SessionIdentity = {
  actor: { agent: { instance: "i", name: "robot" } },
  id: newId(),
  project: "shop",
};
const open: { ledger: Ledger; reports: ReportedRecords }[] = [];

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "custody-reported-"));
});
afterEach(async () => {
  await close();
  rmSync(directory, { recursive: true });
});

async function close(): Promise<void> {
  for (const { ledger, reports } of open.splice(0)) {
    reports.close();
    await ledger.close();
  }
}

async function start(): Promise<ReportedRecords> {
  const origin = originOf({ host: "h", instance: newId(), timezone: "UTC", version: "0.1.0" });
  const ledger = await openLedger({ describeEvent: ledgerEventRecords(origin, newId), directory });
  const recorder = new LedgerRecorder({ ledger, newId, onFailure: () => {}, origin });
  const reports = new ReportedRecords({
    directory,
    findSession: (id) => (id === session.id ? session : undefined),
    instance: origin.source.instance,
    newId,
    nowUs,
    reader: await LedgerReader.open({ directory }),
    recorder,
    size: () => ledger.durableSize,
  });
  open.push({ ledger, reports });
  return reports;
}

async function recorded(): Promise<IndexedRecord[]> {
  const reader = await LedgerReader.open({ directory });
  const records: IndexedRecord[] = [];
  for await (const { index, payload } of reader.entries())
    records.push(parseRecord(index, payload as Buffer));
  return records.filter(({ source }) => source.vantage === "reported");
}

const event = (sequence: number, more: object = {}) => ({
  source: { instance: "run", sequence },
  type: "app.n",
  ...more,
});
const report = (reports: ReportedRecords, events: readonly object[], by = ada) =>
  reports.record(events, ["default", "shop"], by);

test.each([
  ["as it was kept", () => {}],
  ["when the file is gone", () => rmSync(join(directory, "reported.json"))],
  ["when somebody wrote another file", () => writeFileSync(join(directory, "reported.json"), "{}\n00\n")],
])("the ledger says what it has after a start, %s", async (_how, change) => {
  const first = await start();
  expect(await report(first, [event(0), event(1)])).toEqual({ known: 0, missing: null, recorded: 2 });
  await close();
  change();
  const second = await start();
  expect(await report(second, [event(0), event(1), event(2)])).toEqual({
    known: 2,
    missing: null,
    recorded: 1,
  });
  expect((await recorded()).map(({ source }) => source.sequence)).toEqual([0, 1, 2]);
});

test("numbers are their owner's, and what is missing is asked for", async () => {
  const reports = await start();
  await report(reports, [event(0)]);
  expect(await report(reports, [event(0)], bob)).toEqual({ known: 0, missing: null, recorded: 1 });
  expect(await report(reports, [event(1), event(3)])).toEqual({
    known: 0,
    missing: { at: 1, expected: 2 },
    recorded: 1,
  });
  expect(new Set((await recorded()).map(({ source }) => source.instance))).toEqual(
    new Set(["ada-id/run", "bob-id/run"]),
  );
});

test("only a session of the same project that Custody opened is joined", async () => {
  const reports = await start();
  await report(reports, [
    event(0, { project: "shop", session: session.id }),
    event(1, { session: session.id }),
    event(2, { session: "mine" }),
    event(3),
  ]);
  const [joined, ...others] = await recorded();
  expect(joined).toMatchObject({
    actor: { agent: { name: "robot" }, human: { id: "ada-id" } },
    session: session.id,
  });
  const sessions = others.map((record) => record.session);
  expect(new Set(sessions).size).toBe(3);
  for (const each of sessions) expect(each).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8/);
});

test("records of one action have one identifier, and a link leads where it says", async () => {
  const reports = await start();
  const model = { name: "m", provider: "p" };
  await report(reports, [
    event(0, { action: "one", model, type: "model.request.requested" }),
    event(1, { action: "one", model, type: "model.request.completed" }),
    event(2, { links: { prompt: session.id, request: "one" } }),
  ]);
  const [begun, ended, linked] = await recorded();
  expect(begun?.action).toBe(ended?.action);
  expect(begun?.action).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8/);
  expect(linked?.links).toEqual({ prompt: session.id, request: begun?.action });
});

test("a project that is not there is refused, and nothing of what came with it is recorded", async () => {
  const reports = await start();
  await expect(report(reports, [event(0), event(1, { project: "nowhere" })])).rejects.toMatchObject({
    code: "request-invalid",
  });
  await expect(report(reports, [event(0, { type: "approval.granted" })])).rejects.toMatchObject({
    code: "request-invalid",
  });
  expect(await recorded()).toEqual([]);
});

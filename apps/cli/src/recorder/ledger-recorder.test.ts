import type { RecordDraft } from "@custody/domain";
import { LedgerError, type NewEntry } from "@custody/ledger";
import { expect, test } from "vitest";
import { LedgerRecorder } from "./ledger-recorder.ts";
import { originOf } from "./origin.ts";

const origin = originOf({ host: "h", instance: "instance", timezone: "UTC", version: "0.1.0" });

/** A ledger in memory, whose queue can be full: then appending waits until `makeRoom`. */
class FakeLedger {
  readonly entries: NewEntry[] = [];
  failure: Error | undefined;
  readonly #waiting: (() => void)[] = [];
  isFull = false;

  get size(): number {
    return this.entries.length;
  }

  appendNow(entries: readonly NewEntry[]): boolean {
    if (this.failure) throw this.failure;
    if (!this.isFull) this.entries.push(...entries);
    return !this.isFull;
  }

  async appendAll(entries: readonly NewEntry[]): Promise<void> {
    if (this.failure) throw this.failure;
    if (this.isFull) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    this.entries.push(...entries);
  }

  async settle(): Promise<void> {
    if (this.failure) throw this.failure;
  }

  makeRoom(): void {
    this.isFull = false;
    for (const resolve of this.#waiting.splice(0)) setTimeout(resolve, 1);
  }
}

function setUp() {
  const ledger = new FakeLedger();
  const failures: unknown[] = [];
  let ids = 0;
  const newId = () => `id-${ids++}`;
  const recorder = new LedgerRecorder({ ledger, newId, onFailure: (error) => failures.push(error), origin });
  return { failures, ledger, recorder };
}

const draft = (type: string, action = "a", more: Partial<RecordDraft> = {}): RecordDraft => ({
  action,
  actor: { service: "custody" },
  level: "info",
  links: {},
  message: { key: type, params: {} },
  project: "default",
  session: "s",
  time: "2026-11-20T16:40:03.037512Z",
  type,
  ...more,
});

const sequences = (ledger: FakeLedger) => ledger.entries.map(({ sequence }) => sequence);

test("records keep the order of the calls, also when the ledger made one of them wait", async () => {
  const { ledger, recorder } = setUp();
  ledger.isFull = true;
  const first = recorder.record(
    [draft("db.statement.requested", "1"), draft("db.statement.completed", "1")],
    "queued",
  );
  ledger.isFull = false;
  const second = recorder.record([draft("db.statement.requested", "2")], "queued");
  ledger.makeRoom();
  await Promise.all([first, second, recorder.record([draft("db.statement.completed", "2")], "durable")]);
  expect(sequences(ledger)).toEqual([0, 1, 2, 3]);
});

test("a record that cannot be encoded leaves no gap", async () => {
  const { ledger, recorder, failures } = setUp();
  const bad = draft("db.statement.requested", "1", { project: "\ud800" });
  await expect(recorder.record([draft("session.started"), bad], "written")).rejects.toMatchObject({
    code: "CANONICAL_UNSUPPORTED",
  });
  await recorder.record([draft("db.statement.requested", "2")], "written");
  expect(sequences(ledger)).toEqual([0]);
  expect(await recorder.openFrom()).toBe(0);
  expect(failures).toEqual([]);
});

test("the envelope repeats what the record says, and governance outlives the session's key", async () => {
  const { ledger, recorder } = setUp();
  await recorder.record([draft("db.statement.requested"), draft("session.started")], "queued");
  const [statement, session] = ledger.entries;
  expect(statement).toMatchObject({
    scope: { class: "session", project: "default", session: "s" },
    session: "s",
    source: "instance",
    timeMs: Date.parse("2026-11-20T16:40:03.037Z"),
  });
  expect(session).toMatchObject({ scope: { class: "governance", project: "default" }, session: "s" });
  expect(JSON.parse(String(statement?.payload)).source).toEqual({ ...origin.source, sequence: 0 });
});

test("a final record repeats its statement exactly, and a changed one is not taken from memory", async () => {
  const { ledger, recorder } = setUp();
  const statement = { digest: "d", text: "SELECT 1" };
  await recorder.record([draft("db.statement.requested", "1", { statement })], "queued");
  await recorder.record([draft("db.statement.completed", "1", { statement })], "queued");
  await recorder.record([draft("db.statement.requested", "2", { statement })], "queued");
  await recorder.record(
    [draft("db.statement.completed", "2", { statement: { digest: "e", text: "SELECT 2" } })],
    "queued",
  );
  const texts = ledger.entries.map(({ payload }) => JSON.parse(String(payload)).statement.text);
  expect(texts).toEqual(["SELECT 1", "SELECT 1", "SELECT 1", "SELECT 2"]);
});

test("the low-water mark is the oldest open request", async () => {
  const { recorder } = setUp();
  await recorder.record([draft("db.connection.opened"), draft("db.statement.requested", "1")], "queued");
  await recorder.record([draft("db.statement.requested", "2")], "queued");
  expect(await recorder.openFrom()).toBeLessThanOrEqual(1);
  await recorder.record([draft("db.statement.unknown", "1")], "queued");
  expect(await recorder.openFrom()).toBe(2);
  await recorder.record([draft("db.statement.denied", "2")], "queued");
  expect(await recorder.openFrom()).toBe(5);
});

test("recordOne tells the index of its own record", async () => {
  const { recorder } = setUp();
  const indexes = [
    recorder.recordOne(draft("session.started")),
    recorder.recordOne(draft("session.started")),
  ];
  await recorder.record([draft("db.connection.opened")], "queued");
  expect(await Promise.all(indexes)).toEqual([0, 1]);
});

test("a ledger that cannot write rejects every record, and is reported once", async () => {
  const { failures, ledger, recorder } = setUp();
  ledger.failure = new LedgerError("LEDGER_DISK_FULL", "the disk is full");
  for (const safety of ["queued", "written", "durable"] as const)
    await expect(recorder.record([draft("db.statement.requested")], safety)).rejects.toBe(ledger.failure);
  await expect(recorder.settle("durable")).rejects.toBe(ledger.failure);
  expect(failures).toEqual([ledger.failure]);
});

test("what is reported has its own numbers and says so, and nobody who follows what is seen is told", async () => {
  const ledger = new FakeLedger();
  const told: string[] = [];
  const recorder = new LedgerRecorder({
    ledger,
    newId: () => "id",
    onFailure: () => {},
    onRecorded: (drafts) => told.push(...drafts.map(({ type }) => type)),
    origin,
  });
  const source = { instance: "person/run", name: "bot", sequence: 7, version: "2" };
  await recorder.record([draft("session.started")], "written");
  await recorder.recordReported([{ ...draft("app.paid"), source }]);
  await recorder.record([draft("db.statement.requested")], "written");
  expect(sequences(ledger)).toEqual([0, 7, 1]);
  expect(ledger.entries.map((entry) => entry.source)).toEqual(["instance", "person/run", "instance"]);
  expect(JSON.parse(String(ledger.entries[1]?.payload)).source).toEqual({
    ...source,
    kind: "sdk",
    vantage: "reported",
  });
  expect(told).toEqual(["session.started", "db.statement.requested"]);
});

test.each([
  "session.started",
  "approval.granted",
  "db.statement.completed",
  "model.request.denied",
  "token.created",
  "freeze.ended",
  "key.shred-ordered",
])("%s cannot be reported, whoever asks for it", (type) => {
  const { ledger, recorder } = setUp();
  const source = { instance: "person/run", name: "bot", sequence: 0, version: "2" };
  expect(() => recorder.recordReported([{ ...draft(type), source }])).toThrow(/nothing that is reported/);
  expect(ledger.entries).toEqual([]);
});

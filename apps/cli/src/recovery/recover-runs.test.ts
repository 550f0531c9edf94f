import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { type RecordDraft, rfc3339 } from "@custody/domain";
import { SessionRegistry } from "@custody/gateway";
import { type Ledger, LedgerReader, openLedger, verifyLedger } from "@custody/ledger";
import { afterEach, beforeEach, expect, test } from "vitest";
import { sessionEndedRecord } from "../agent-sessions/session-records.ts";
import { inspectRecord } from "../recorder/inspect-record.ts";
import { ledgerEventRecords } from "../recorder/ledger-events.ts";
import { LedgerRecorder } from "../recorder/ledger-recorder.ts";
import { originOf } from "../recorder/origin.ts";
import { type IndexedRecord, parseRecord } from "../records/indexed-record.ts";
import { HintKeeper } from "./keep-hints.ts";
import { recoverRuns } from "./recover-runs.ts";
import { SessionIndexes } from "./session-indexes.ts";
import { sessionStartedRecord } from "./session-record.ts";

let root = "";
let ids = 0;
const newId = () => `00000000-0000-7000-8000-${String(++ids).padStart(12, "0")}`;
const nowUs = () => 1_800_000_000_000_000;
const opened: Ledger[] = [];

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "custody-recovery-"));
});
afterEach(async () => {
  for (const ledger of opened.splice(0)) await ledger.close();
  rmSync(root, { recursive: true });
});

async function start(directory: string) {
  const origin = originOf({ host: "h", instance: newId(), timezone: "UTC", version: "0.1.0" });
  const ledger = await openLedger({ describeEvent: ledgerEventRecords(origin, newId), directory });
  opened.push(ledger);
  const recorder = new LedgerRecorder({ ledger, newId, onFailure: () => {}, origin });
  const registry = new SessionRegistry({ newId, nowUs });
  const indexes = new SessionIndexes(nowUs);
  const { agentRuns, closed } = await recoverRuns({
    directory,
    indexes,
    nowUs,
    reader: await LedgerReader.open({ directory }),
    recorder,
    registry,
  });
  return { agentRuns, closed, indexes, ledger, recorder, registry };
}

/** What a crash leaves: the files as they are at this moment, without the lock of the living. */
function crash(directory: string, name: string): string {
  const copy = join(root, name);
  cpSync(directory, copy, { filter: (path) => !basename(path).startsWith("lock"), recursive: true });
  return copy;
}

const draft = (name: string, action: string, session = "s"): RecordDraft => ({
  action,
  actor: { agent: { instance: session, name: "robot" } },
  decision: { effect: "allow", policy: "p", reasons: [], rule: "default" },
  level: "info",
  links: { connection: "c" },
  message: { key: `db.statement.${name}`, params: { target: "shop", verb: "DELETE" } },
  operations: [{ kind: "delete", objects: [], tier: "write", verb: "DELETE" }],
  project: "default",
  session,
  statement: { digest: "d", text: "DELETE FROM t" },
  target: { environment: "production", kind: "postgres", name: "shop" },
  time: rfc3339(nowUs()),
  type: `db.statement.${name}`,
});

async function statements(directory: string): Promise<IndexedRecord[]> {
  const reader = await LedgerReader.open({ directory });
  const records: IndexedRecord[] = [];
  for await (const { index, payload } of reader.entries())
    records.push(parseRecord(index, payload as Buffer));
  return records.filter(({ type }) => type.startsWith("db.statement."));
}

test("every request without a final record gets exactly one, once", async () => {
  const directory = join(root, "first");
  const { recorder } = await start(directory);
  await recorder.record([draft("requested", "done"), draft("completed", "done")], "written");
  await recorder.record([draft("requested", "open"), draft("requested", "answered", "other")], "written");
  await recorder.record([draft("answered", "answered", "other")], "durable");

  const copy = crash(directory, "second");
  const second = await start(copy);
  expect(second.closed).toBe(2);
  const unknown = (await statements(copy)).filter(({ type }) => type === "db.statement.unknown");
  const request = draft("requested", "open");
  expect(unknown.map(({ action }) => action).sort()).toEqual(["answered", "open"]);
  expect(unknown.find(({ action }) => action === "open")).toMatchObject({
    actor: request.actor,
    decision: request.decision,
    effect: { bytes: 0, rows: {}, source: "not-reported", status: "unknown" },
    level: "error",
    links: request.links,
    operations: request.operations,
    session: "s",
    statement: request.statement,
    target: request.target,
    transaction: { outcome: "unknown" },
  });

  const third = await start(crash(copy, "third"));
  expect(third.closed).toBe(0);
  await third.ledger.close();
  expect(await verifyLedger({ directory: join(root, "third"), inspect: inspectRecord })).toMatchObject({
    findings: [],
    ok: true,
  });
});

const human = { assurance: "token", id: "local", name: "x" } as const;

/** The first run, with what it writes down for the next one. */
async function startWithHints() {
  const directory = join(root, "first");
  const started = await start(directory);
  const keeper = new HintKeeper(directory, started.recorder, started.indexes);
  return { ...started, directory, hints: join(directory, "hints.json"), keeper };
}

test.each(["fresh", "stale", "missing", "garbled", "of another ledger", "wrong about sessions"])(
  "it finds the same when the hints are %s",
  async (kind) => {
    const { directory, hints, indexes, keeper, recorder, registry } = await startWithHints();
    const issued = registry.issue({ agent: "robot", human, project: "default", ttlMs: 1000 });
    indexes.add(
      issued.identity.id,
      await recorder.recordOne(sessionStartedRecord(issued, newId(), nowUs())),
      issued.facts.expiresAtUs,
    );
    await recorder.record([draft("requested", "early")], "durable");
    await keeper.write();
    const stale = readFileSync(hints, "utf8");
    for (let at = 0; at < 300; at += 1)
      await recorder.record([draft("requested", `a${at}`), draft("completed", `a${at}`)], "queued");
    // Its final record stands behind the mark, its request before: a count alone would take it for a request too few.
    await recorder.record([draft("completed", "early"), draft("requested", "open")], "durable");
    await keeper.write();
    keeper.stop();
    if (kind === "stale") writeFileSync(hints, stale);
    if (kind === "missing") rmSync(hints);
    if (kind === "garbled") writeFileSync(hints, stale.slice(0, 9));
    if (kind === "of another ledger") writeFileSync(hints, '{"from":99999,"sessions":[]}');
    if (kind === "wrong about sessions") writeFileSync(hints, '{"from":600,"sessions":[0]}');

    const copy = crash(directory, "second");
    const second = await start(copy);
    expect(second.closed).toBe(1);
    expect((await statements(copy)).at(-1)).toMatchObject({ action: "open", type: "db.statement.unknown" });
    expect(second.registry.find(issued.identity.id)?.expiresAtUs).toBe(issued.facts.expiresAtUs);
    expect(second.registry.find(issued.identity.id)?.identity).toEqual(issued.identity);
  },
);

test("what somebody reports as ended ends nothing that was seen, and what they began is theirs to end", async () => {
  const directory = join(root, "first");
  const { recorder } = await start(directory);
  const request = (step: string, action: string): RecordDraft => ({
    ...draft("requested", action),
    type: `model.request.${step}`,
  });
  const source = (sequence: number) => ({
    source: { instance: "person/run", name: "n", sequence, version: "0" },
  });
  await recorder.record([request("requested", "seen")], "durable");
  await recorder.recordReported([
    { ...request("completed", "seen"), ...source(0) },
    { ...request("completed", "other"), ...source(1) },
    { ...request("requested", "told"), ...source(2) },
  ]);
  await recorder.settle("durable");
  const copy = crash(directory, "second");
  expect((await start(copy)).closed).toBe(1);
  expect((await start(crash(copy, "third"))).closed).toBe(0);
  expect((await verifyLedger({ directory: copy, inspect: inspectRecord })).findings).toEqual([]);
});

test.each(["fresh", "stale", "missing"])(
  "a session that has ended is not let in again, and a run that has not goes on, with hints that are %s",
  async (kind) => {
    const { directory, hints, indexes, keeper, recorder, registry } = await startWithHints();
    const facts = { command: "claude", directory: "/", host: "h", isTerminal: true, user: "u" };
    const begin = async (tokenDigest: string) => {
      const issued = registry.issue({ agent: "robot", human, project: "default", ttlMs: 60_000 });
      const run = { facts, tokenDigest };
      const index = await recorder.recordOne(sessionStartedRecord(issued, newId(), nowUs(), run));
      indexes.add(issued.identity.id, index, issued.facts.expiresAtUs);
      return issued.identity;
    };
    const over = await begin("AAAA");
    const going = await begin("BBBB");
    await keeper.write();
    const stale = readFileSync(hints, "utf8");
    const end = { actor: { service: "custody" }, reason: "unknown" } as const;
    await recorder.recordOne(sessionEndedRecord(over, end, newId(), nowUs()));
    indexes.remove(over.id);
    await keeper.write();
    keeper.stop();
    if (kind === "stale") writeFileSync(hints, stale);
    if (kind === "missing") rmSync(hints);
    const second = await start(crash(directory, "second"));
    expect(second.registry.find(over.id)).toBeUndefined();
    expect(second.registry.find(going.id)?.identity).toEqual(going);
    expect(second.agentRuns).toEqual([{ identity: going, tokenDigest: "BBBB" }]);
  },
);

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { AuditRecord, Environment, RecordDraft } from "@custody/domain";
import type { ServerIdentity, TargetUse } from "@custody/gateway";
import { type Ledger, LedgerReader, openLedger } from "@custody/ledger";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { LedgerRecorder } from "../recorder/ledger-recorder.ts";
import { originOf } from "../recorder/origin.ts";
import { LOCAL_OPERATOR } from "../retention/retention-records.ts";
import { writePinFile } from "./pin-file.ts";
import { PIN_KEY_LABEL, PinRegister } from "./pin-register.ts";
import type { TargetPin } from "./pins.ts";

const HERE: ServerIdentity = { database: "shop", oid: 16_384, server: "10.0.0.5:5432", system: "1001" };
const THERE: ServerIdentity = { ...HERE, system: "2002" };

let directory: string;
let ledger: Ledger;
let register: PinRegister;
let id = 0;
/** What is said to the operator. */
const said: string[] = [];
const closing: PinRegister[] = [];

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), "custody-pins-"));
  said.length = 0;
  await start();
});
afterEach(async () => {
  vi.useRealTimers();
  await stop();
  rmSync(directory, { force: true, recursive: true });
});

async function start(recordOne?: (draft: RecordDraft) => Promise<number>): Promise<void> {
  ledger = await openLedger({ describeEvent: () => "{}", directory, segmentBytes: 65_536 });
  const newId = () => {
    id += 1;
    return `00000000-0000-7000-8000-${String(id).padStart(12, "0")}`;
  };
  const origin = originOf({ host: "h", instance: newId(), timezone: "UTC", version: "1" });
  const recorder = new LedgerRecorder({ ledger, newId, onFailure: () => {}, origin });
  register = new PinRegister({
    directory,
    newId,
    nowUs: () => 1_700_000_000_000_000 + id,
    reader: await LedgerReader.open({ directory }),
    recordOne: recordOne ?? ((draft) => recorder.recordOne(draft)),
    size: () => ledger.durableSize,
    warn: (text) => said.push(text),
  });
  closing.push(register);
}

async function stop(): Promise<void> {
  for (const each of closing.splice(0)) await each.close();
  await ledger.close();
}

function use(identity: ServerIdentity, environment: Environment = "production", name = "shop"): TargetUse {
  return {
    address: "127.0.0.1:40000",
    connection: "c-1",
    identity,
    session: { actor: { agent: { instance: "i", name: "robot" } }, id: "s-1", project: "web" },
    target: { database: "shop", environment, identity: identity.system ?? "", kind: "postgres", name },
    upstream: "db.example:5432",
  };
}

const verdictOn = async (identity: ServerIdentity, environment?: Environment) =>
  (await register.check(use(identity, environment))).verdict;

/** The records about targets, as they stand in the ledger. */
async function records(): Promise<AuditRecord[]> {
  const reader = await LedgerReader.open({ directory });
  const found: AuditRecord[] = [];
  for await (const { i, t } of reader.envelopes(0)) {
    if (!t.startsWith("target.")) continue;
    const { payload } = await reader.entry(i);
    found.push(JSON.parse(payload?.toString("utf8") ?? "{}") as AuditRecord);
  }
  return found;
}

const pinFile = () => join(directory, "pins.json");

test("the first server is pinned, on record, and another one is refused until a person says so", async () => {
  expect(await verdictOn(HERE)).toBe("first");
  expect(await verdictOn(HERE)).toBe("same");
  expect(await register.check(use(THERE))).toEqual({ pinned: HERE, verdict: "other" });
  expect(said).toHaveLength(1);
  expect(register.find("shop")?.refused).toMatchObject({ attempts: 1, identity: THERE });
  const { target, upstream } = use(THERE);
  await register.pin({ human: LOCAL_OPERATOR, identity: THERE, reason: "moved", target, upstream });
  expect(await verdictOn(THERE)).toBe("same");
  expect(await verdictOn(HERE)).toBe("other");
  expect(await records()).toMatchObject([
    { details: { ...HERE, by: "first use", partial: false }, level: "info", type: "target.pinned" },
    {
      details: { ...THERE, address: "127.0.0.1:40000", attempts: 1, pinnedOid: 16_384, pinnedSystem: "1001" },
      level: "critical",
      links: { connection: "c-1" },
      session: "s-1",
      type: "target.changed",
    },
    {
      actor: { human: { name: "local operator" } },
      details: { ...THERE, by: "local operator", pinnedSystem: "1001", reason: "moved" },
      type: "target.pinned",
    },
    { details: { ...HERE, attempts: 1, pinnedSystem: "2002" }, level: "critical" },
  ]);
});

test("connections that come at once pin one server", async () => {
  const verdicts = await Promise.all([HERE, THERE, HERE].map((each) => verdictOn(each)));
  expect(verdicts).toEqual(["first", "other", "same"]);
});

test("whatever lies in the place of the file, the ledger decides", async () => {
  await verdictOn(HERE);
  await verdictOn(THERE);
  await stop();
  const genuine = readFileSync(pinFile(), "utf8");
  const [line = "", code = ""] = genuine.split("\n");
  const key = (await LedgerReader.open({ directory })).deriveKey(PIN_KEY_LABEL);
  const beyond = () =>
    writePinFile(directory, key, { pins: [{ identity: THERE } as TargetPin], size: 1_000_000 });
  const places = [
    () => rmSync(pinFile()),
    () => writeFileSync(pinFile(), `${line.replaceAll("1001", "2002")}\n${code}\n`),
    () => writeFileSync(pinFile(), line),
    () => writeFileSync(pinFile(), ""),
    beyond,
    () => writeFileSync(pinFile(), genuine),
  ];
  for (const put of places) {
    put();
    await start();
    expect(await verdictOn(HERE)).toBe("same");
    expect(await register.check(use(THERE))).toEqual({ pinned: HERE, verdict: "other" });
    await stop();
  }
});

test("an older file is gone on from", async () => {
  await verdictOn(HERE);
  await stop();
  const older = readFileSync(pinFile());
  await start();
  const { target, upstream } = use(THERE);
  await register.pin({ human: LOCAL_OPERATOR, identity: THERE, reason: "moved", target, upstream });
  await stop();
  writeFileSync(pinFile(), older);
  await start();
  expect(await verdictOn(THERE)).toBe("same");
});

test("of a thousand attempts the first is on record at once, and the others once a minute, counted", async () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  await verdictOn(HERE);
  for (let attempt = 0; attempt < 1000; attempt += 1) expect(await verdictOn(THERE)).toBe("other");
  const attempts = async () => (await records()).map(({ details }) => details?.["attempts"]);
  expect(await attempts()).toEqual([undefined, 1]);
  expect(register.find("shop")?.refused?.attempts).toBe(1000);
  await vi.advanceTimersByTimeAsync(60_000);
  await verdictOn(THERE);
  expect(await attempts()).toEqual([undefined, 1, 999]);
  await register.close();
  expect(await attempts()).toEqual([undefined, 1, 999, 1]);
});

test("the pinned server's return is on record, and an address that leads to both makes three records a minute", async () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  await verdictOn(HERE);
  for (let turn = 0; turn < 50; turn += 1) {
    expect(await verdictOn(THERE)).toBe("other");
    expect(await verdictOn(HERE)).toBe("same");
  }
  expect(register.find("shop")?.refused).toBeUndefined();
  await vi.advanceTimersByTimeAsync(60_000);
  await verdictOn(HERE);
  expect((await records()).map(({ details, type }) => [type, details?.["attempts"]])).toEqual([
    ["target.pinned", undefined],
    ["target.changed", 1],
    ["target.changed", 49],
    ["target.returned", 50],
  ]);
});

test("a refusal outlasts a start, until the pinned server answers again", async () => {
  await verdictOn(HERE);
  await verdictOn(THERE);
  await stop();
  await start();
  await register.pins();
  expect(register.find("shop")?.refused).toMatchObject({ attempts: 1, identity: THERE });
  expect(await verdictOn(HERE)).toBe("same");
  expect(register.find("shop")?.refused).toBeUndefined();
  expect((await records()).at(-1)?.type).toBe("target.returned");
});

test("a disposable database is held to whichever server came last", async () => {
  expect(await verdictOn(HERE, "disposable")).toBe("first");
  expect(await verdictOn(THERE, "disposable")).toBe("renewed");
  expect(await verdictOn(THERE, "disposable")).toBe("same");
  await stop();
  rmSync(pinFile());
  await start();
  // As production, it is held to that one.
  expect(await verdictOn(HERE)).toBe("other");
  expect(await verdictOn(THERE)).toBe("same");
  expect((await records())[1]).toMatchObject({
    details: { ...THERE, by: "change", pinnedSystem: "1001", repinned: true },
    level: "warning",
    type: "target.changed",
  });
});

test("what cannot be recorded lets nobody in, and pins nothing", async () => {
  await stop();
  await start(() => Promise.reject(new Error("the disk failed")));
  await expect(register.check(use(HERE))).rejects.toThrow("the disk failed");
  expect(register.find("shop")).toBeUndefined();
  await expect(register.check(use(THERE))).rejects.toThrow("the disk failed");
});

test("its records are kept, whatever is destroyed of the session that caused them", async () => {
  await verdictOn(HERE);
  const classes: string[] = [];
  for await (const { scope } of ledger.keys()) classes.push(`${scope.project}/${scope.class}`);
  expect(classes).toContain("web/governance");
  expect(new Set(classes.map((each) => each.split("/")[1]))).toEqual(new Set(["governance"]));
});

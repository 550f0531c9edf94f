import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SessionRegistry } from "@custody/gateway";
import { OPERATOR, type Principal, parseGrant } from "@custody/identity";
import { LedgerReader, openLedger } from "@custody/ledger";
import { expect, onTestFinished, test } from "vitest";
import { BodyStore } from "../recorder/body-store.ts";
import { ledgerEventRecords } from "../recorder/ledger-events.ts";
import { LedgerRecorder } from "../recorder/ledger-recorder.ts";
import { originOf } from "../recorder/origin.ts";
import { Scopes } from "../recorder/scope.ts";
import { type IndexedRecord, parseRecord } from "../records/indexed-record.ts";
import { SessionIndexes } from "../recovery/session-indexes.ts";
import { RunDesk } from "./run-desk.ts";

const human = { assurance: "token", id: "local", name: "local operator" } as const;
const nowUs = () => 1_800_000_000_000_000;

const person = (...roles: string[]): Principal => ({
  ...OPERATOR,
  grants: roles.map(parseGrant),
  id: "u1",
  kind: "person",
  name: "Ada",
});

/** A desk in front of a real ledger, with one run under way. */
async function desk() {
  const directory = mkdtempSync(join(tmpdir(), "custody-runs-"));
  let ids = 0;
  const newId = () => `00000000-0000-7000-8000-${String(++ids).padStart(12, "0")}`;
  const origin = originOf({ host: "h", instance: newId(), timezone: "UTC", version: "0.1.0" });
  const ledger = await openLedger({ describeEvent: ledgerEventRecords(origin, newId), directory });
  onTestFinished(async () => {
    await ledger.close();
    rmSync(directory, { recursive: true });
  });
  const recorder = new LedgerRecorder({ ledger, newId, onFailure: () => {}, origin });
  const registry = new SessionRegistry({ newId, nowUs });
  const closed: string[] = [];
  const runs = new RunDesk(
    {
      bodies: new BodyStore(ledger, new Scopes(), nowUs),
      endConnections: (session) => closed.push(session),
      indexes: new SessionIndexes(nowUs),
      newId,
      nowUs,
      recorder,
      registry,
      warn: () => {},
    },
    [],
  );
  const open = (project = "default") => {
    const { facts, identity } = registry.issue({ agent: "robot", human, project, ttlMs: 60_000 });
    registry.restore(identity, facts);
    return identity;
  };
  const identity = open();
  const { digest } = runs.newToken();
  runs.begin({ identity, tokenDigest: digest });
  const records = async (): Promise<IndexedRecord[]> => {
    const reader = await LedgerReader.open({ directory });
    const found: IndexedRecord[] = [];
    for await (const { index, payload } of reader.entries())
      if (payload !== undefined) found.push(parseRecord(index, payload));
    return found.filter(({ type }) => type === "session.ended" || type === "terminal.recorded");
  };
  const act = (name: Parameters<RunDesk["act"]>[0], request: unknown = {}, token = digest) =>
    runs.act(name, identity.id, token, request);
  return { act, closed, identity, open, records, registry, runs };
}

const piece = (number: number, given: object = {}) => ({
  columns: 80,
  fromUs: 0,
  piece: number,
  recording: '{"version":3,"term":{"cols":80,"rows":24}}\n[0,"o","hi"]\n',
  rows: 24,
  toUs: 9,
  ...given,
});

test("only the run's own token opens its channel, and another run's does not", async () => {
  const { act, open, runs } = await desk();
  const other = runs.newToken();
  runs.begin({ identity: open(), tokenDigest: other.digest });
  for (const name of ["check", "end", "record", "secrets"] as const)
    await expect(act(name, {}, other.digest)).rejects.toMatchObject({ code: "token-refused" });
  await expect(runs.act("check", "no-such-session", other.digest, {})).rejects.toMatchObject({
    code: "token-refused",
  });
  expect(await act("check")).toEqual({});
});

test("a session ends once, by whoever comes first, and then opens nothing", async () => {
  const { act, closed, identity, records, registry, runs } = await desk();
  await act("secrets", { values: ["a secret value"] });
  expect(registry.knownSecrets(identity.id)).toEqual(["a secret value"]);
  const [stopped, exited] = await Promise.allSettled([
    runs.stop({ reason: "enough", session: identity.id }, OPERATOR),
    act("end", { exitCode: 0 }),
  ]);
  expect([stopped.status, exited.status]).toEqual(["fulfilled", "fulfilled"]);
  await act("end", { signal: "SIGTERM" });
  await expect(runs.stop({ session: identity.id }, OPERATOR)).rejects.toMatchObject({ code: "not-found" });
  expect(await records()).toMatchObject([
    {
      actor: { human: { id: "local" } },
      details: { reason: "stopped", why: "enough" },
      type: "session.ended",
    },
  ]);
  expect(registry.find(identity.id)).toBeUndefined();
  expect(registry.knownSecrets(identity.id)).toEqual([]);
  expect(closed).toEqual([identity.id]);
  expect(runs.listening([identity.id])).toEqual([{ reason: "stopped", session: identity.id }]);
  // What it showed last may still come.
  await act("record", piece(0));
  expect(await records()).toHaveLength(2);
});

test("a piece that comes twice is recorded once, also when both are under way", async () => {
  const { act, records } = await desk();
  await Promise.all([act("record", piece(0)), act("record", piece(0)), act("record", piece(1))]);
  await act("record", piece(1));
  await act("record", piece(2, { droppedBytes: 7 }));
  const pieces = await records();
  expect(pieces.map(({ details, level }) => [details?.["piece"], details?.["droppedBytes"], level])).toEqual([
    [0, undefined, "debug"],
    [1, undefined, "debug"],
    [2, 7, "warning"],
  ]);
  expect(pieces[0]?.blobs).toMatchObject([{ mediaType: "application/x-asciicast", role: "recording" }]);
});

test("a run that is not heard of for thirty ticks is over, as unknown", async () => {
  const { identity, records, runs } = await desk();
  for (let tick = 0; tick < 30; tick += 1) expect(runs.listening([])).toEqual([]);
  expect(runs.listening([identity.id])).toEqual([]);
  for (let tick = 0; tick < 30; tick += 1) runs.listening([]);
  expect(await records()).toEqual([]);
  runs.listening([]);
  await expect
    .poll(records)
    .toMatchObject([
      { actor: { service: "custody" }, details: { reason: "unknown" }, type: "session.ended" },
    ]);
  // When it comes back after all, it is told.
  expect(runs.listening([identity.id])).toEqual([{ reason: "unknown", session: identity.id }]);
  expect(runs.listening(["never-was"])).toEqual([{ reason: "unknown", session: "never-was" }]);
});

test("who may stop a session is said by the table of roles, for its project", async () => {
  const { open, records, runs } = await desk();
  const shop = open("shop");
  for (const roles of [["member"], ["viewer"], ["auditor"], ["approver@lab"]])
    await expect(runs.stop({ session: shop.id }, person(...roles))).rejects.toMatchObject({
      code: "not-permitted",
    });
  expect(await runs.stop({ session: shop.id }, person("approver@shop"))).toEqual({
    project: "shop",
    session: shop.id,
  });
  expect(await records()).toMatchObject([{ actor: { human: { name: "Ada" } }, project: "shop" }]);
  await expect(runs.stop({ session: shop.id }, OPERATOR)).rejects.toMatchObject({ code: "not-found" });
});

test.each([
  ["a piece without anything", "record", {}],
  ["a piece without a number", "record", piece(-1)],
  ["a piece without a size", "record", piece(0, { columns: 0 })],
  ["a piece that is too long", "record", piece(0, { recording: "x".repeat(400_000) })],
  ["a piece with more than there is", "record", piece(0, { more: 1 })],
  ["no piece", "record", undefined],
  ["an exit code that there is not", "end", { exitCode: 256 }],
  ["a signal that there is not", "end", { signal: "'; DROP" }],
  ["a list for an end", "end", []],
  ["a number for a secret", "secrets", { values: [1] }],
  ["too many secrets", "secrets", { values: Array.from({ length: 201 }, () => "x") }],
] as const)("what makes no sense is refused by name, and changes nothing: %s", async (_, name, request) => {
  const { act, records } = await desk();
  await expect(act(name, request)).rejects.toMatchObject({ code: "request-invalid" });
  expect(await records()).toEqual([]);
});

import type { AuditRecord, CostKey, RecordFilter, SessionSummary } from "@custody/domain";
import { expect, test } from "vitest";
import { openIndex, rebuildIndex } from "../open-index.ts";
import type { RecordIndex } from "../record-index.ts";
import { eraseSession } from "../testing/erase-session.ts";
import { naiveCosts, naiveTotal } from "../testing/naive-costs.ts";
import { randomSessions } from "../testing/random-sessions.ts";
import { appendRecords, indexOptions, openTestLedger, temporaryDirectory } from "../testing/record-ledger.ts";

const KEYS: readonly CostKey[] = ["agent", "day", "model", "person", "project", "session"];

/** Page by page, as whoever asks would go through them. */
function allLines(index: RecordIndex, by: CostKey, filter: RecordFilter, limit: number) {
  const lines = [];
  for (let after: string | undefined; ; ) {
    const page = index.costs({ after, by, filter, limit });
    expect(page.lines.length).toBeLessThanOrEqual(limit);
    lines.push(...page.lines);
    if (page.next === null) return { lines, total: page.total };
    after = page.next;
  }
}

function expectPlainSums(index: RecordIndex, records: readonly AuditRecord[]): void {
  const [middle] = records.slice(Math.floor(records.length / 2));
  const filters: readonly [RecordFilter, (record: AuditRecord) => boolean][] = [
    [{}, () => true],
    [{ project: "shop" }, ({ project }) => project === "shop"],
    [{ session: "c" }, ({ session }) => session === "c"],
    [
      { agent: "robot", human: "Ada" },
      ({ actor }) => actor.agent?.name === "robot" && actor.human?.name === "Ada",
    ],
    [{ since: middle?.time ?? "" }, ({ time }) => time >= (middle?.time ?? "")],
    [{ until: middle?.time ?? "" }, ({ time }) => time < (middle?.time ?? "")],
  ];
  for (const [filter, fits] of filters)
    for (const by of KEYS) {
      const { lines, total } = allLines(index, by, filter, 2);
      const expected = naiveCosts(records.filter(fits), by);
      expect(new Map(lines.map(({ key, ...sum }) => [key, sum]))).toEqual(expected);
      expect(lines.length).toBe(expected.size);
      expect(total).toEqual(naiveTotal(records.filter(fits)));
      const costs = lines.map(({ costMicros }) => costMicros);
      expect(costs).toEqual([...costs].sort((a, b) => b - a));
    }
}

/** The sessions by the plainest look at their records. */
function naiveSessions(records: readonly AuditRecord[], nowMs: number): Partial<SessionSummary>[] {
  const ids = [...new Set(records.flatMap(({ session }) => (session === undefined ? [] : [session])))];
  const ofSession = (id: string) => records.filter(({ session }) => session === id);
  const endOf = (id: string) => ofSession(id).find(({ type }) => type === "session.ended");
  const whoIs = (id: string) => {
    const own = ofSession(id);
    return own.find(({ type }) => type === "session.started") ?? own[0];
  };
  /** A sub-agent that nobody ended is what the one that began it is. */
  const speaksFor = (id: string, depth = 0): string => {
    const parent = whoIs(id)?.parentSession;
    const isTop = parent === undefined || !ids.includes(parent) || depth === 20;
    return endOf(id) !== undefined || isTop ? id : speaksFor(parent, depth + 1);
  };
  return [...ids].reverse().map((id) => {
    const own = ofSession(id);
    const word = ofSession(speaksFor(id));
    const started = own.find(({ type }) => type === "session.started");
    const ended = own.find(({ type }) => type === "session.ended");
    const first = word.find(({ type }) => type === "session.started");
    const last = word.find(({ type }) => type === "session.ended");
    const count = (pattern: RegExp) => own.filter(({ type }) => pattern.test(type)).length;
    const who = started ?? own[0];
    const isOver = last?.details?.["reason"] === "unknown" || first === undefined;
    const isExpired = Date.parse(String(first?.details?.["expiresAt"])) <= nowMs;
    const open = isOver ? "unknown" : isExpired ? "expired" : "running";
    const times = own.map(({ time }) => time).sort();
    return {
      agent: who?.actor.agent?.name ?? "",
      cost: naiveTotal(own),
      counts: {
        denied: count(/\.denied$/),
        prompts: count(/^prompt\.submitted$/),
        requests: count(/^model\.request\.(?!requested)/),
        statements: count(/^db\.statement\.(?!requested)/),
        toolCalls: count(/^tool\.call\.requested$/),
        writes: own.filter(
          ({ operations, type }) => type === "db.statement.completed" && operations?.[0]?.tier !== "read",
        ).length,
      },
      id,
      lastAt: times.at(-1) ?? "",
      project: who?.project ?? "",
      startedAt: started?.time ?? times[0] ?? "",
      state: last === undefined ? open : last.details?.["reason"] === "unknown" ? "unknown" : "ended",
      ...(started === undefined ? {} : { command: String(started.details?.["command"]) }),
      ...(last === undefined ? {} : { endedAt: last.time }),
      ...(ended === undefined ? {} : { exitCode: Number(ended.details?.["exitCode"]) }),
      ...(who?.parentSession === undefined ? {} : { parent: who.parentSession }),
      ...(who?.actor.human === undefined ? {} : { person: who.actor.human.name }),
    };
  });
}

function expectPlainSessions(index: RecordIndex, records: readonly AuditRecord[]): void {
  const nowMs = Date.parse("2026-01-01T00:00:00Z");
  const found: SessionSummary[] = [];
  for (let before: number | undefined; ; ) {
    const page = index.sessions({ before, limit: 2, nowMs });
    found.push(...page.sessions);
    if (page.next === null) break;
    before = page.next;
  }
  const expected = naiveSessions(records, nowMs);
  expect(found).toEqual(expected.map((each) => expect.objectContaining(each)));
  expect(JSON.stringify(found)).not.toContain("a secret of no list");
  for (const each of found) expect(index.session(each.id, nowMs)).toEqual(each);
  for (const state of ["running", "ended", "unknown", "expired"] as const)
    expect(index.sessions({ limit: 9, nowMs, state }).sessions).toEqual(
      found.filter((each) => each.state === state),
    );
  for (const query of [{ agent: "robot" }, { human: "Ada" }, { project: "crm" }])
    expect(index.sessions({ ...query, limit: 9, nowMs }).sessions.map(({ id }) => id)).toEqual(
      found
        .filter(({ agent, person, project }) =>
          Object.values(query).some((each) => [agent, person, project].includes(each)),
        )
        .map(({ id }) => id),
    );
  expect(index.session("nobody", nowMs)).toBeUndefined();
}

test.each([1, 2, 3])(
  "costs and sessions are what a plain look at the records finds, also after a shred and built anew, random ledger %d",
  async (seed) => {
    const directory = temporaryDirectory();
    const ledger = await openTestLedger(directory, 0);
    const options = await indexOptions(directory);
    const index = await openIndex(options);
    let records: readonly AuditRecord[] = randomSessions(seed, 1300);
    await appendRecords(ledger, records.slice(0, 5));
    await index.follow();
    expectPlainSums(index, records.slice(0, 5));
    await appendRecords(ledger, records.slice(5));
    await index.follow();
    expectPlainSums(index, records);
    expectPlainSessions(index, records);
    for (const gone of ["b", "c"]) {
      await eraseSession(ledger, gone);
      records = records.filter(({ session }) => session !== gone);
      await index.follow();
      expectPlainSums(index, records);
      expectPlainSessions(index, records);
    }
    await index.purged();
    index.close();
    const opened = await openIndex(options);
    expectPlainSums(opened, records);
    opened.close();
    const rebuilt = await rebuildIndex(options);
    expectPlainSums(rebuilt, records);
    expectPlainSessions(rebuilt, records);
    rebuilt.close();
    await ledger.close();
  },
);

test("a page that is none is refused", async () => {
  const directory = temporaryDirectory();
  const ledger = await openTestLedger(directory);
  const index = await openIndex(await indexOptions(directory));
  for (const after of ["", "x", "1", ":a", "-1:a"])
    expect(() => index.costs({ after, by: "day", filter: {}, limit: 1 })).toThrow(
      expect.objectContaining({ code: "FILTER_INVALID" }),
    );
  expect(index.costs({ by: "day", filter: {}, limit: 1 })).toMatchObject({ lines: [], next: null });
  index.close();
  await ledger.close();
});

import { createRequire } from "node:module";
import { type RecordDraft, rfc3339, timeMs } from "@custody/domain";
import fc from "fast-check";
import { expect, test } from "vitest";
import { recordEncoder } from "./encode-record.ts";
import { originOf } from "./origin.ts";

/** Required, because its types describe another kind of module than it is. */
const canonicalize = createRequire(import.meta.url)("canonicalize") as (value: unknown) => string;

const origin = originOf({ host: "h\u00f6st", instance: "i", timezone: "Europe/Berlin", version: "0.1.0" });
const encode = recordEncoder(origin);

/** Every member that a draft can have: the compiler asks for one that is added to the record. */
const full: Required<RecordDraft> = {
  action: "a",
  actor: {
    agent: { instance: "i", name: 'the "agent"\u202e' },
    human: { assurance: "token", id: "local", name: "x" },
  },
  approval: { expiresAt: "e", id: "i", requestedAt: "r", shown: "s", state: "granted" },
  blobs: [{ digest: "blob1:k:n:7", mediaType: "text/plain", role: "request", size: 7 }],
  decision: { effect: "allow", policy: "p", reasons: ["one", "two"], rule: "r" },
  details: { list: ["a"], number: 1, yes: true },
  duration: { heldUs: 0, totalUs: 2, upstreamUs: 1 },
  effect: {
    byTable: [{ deleted: 0, inserted: 0, name: "t", schema: "s", updated: 2 }],
    bytes: 1,
    granularity: "string",
    rows: { affected: 2 },
    source: "server",
    status: "ok",
    tag: "UPDATE 2",
  },
  level: "info",
  links: { connection: "c" },
  message: { key: "k", params: { verb: "UPDATE" } },
  operations: [{ kind: "update", objects: [], tier: "write", unbounded: true, verb: "UPDATE" }],
  parentSession: "ps",
  project: "default",
  session: "s",
  simulation: {
    byTable: [{ deleted: 1, inserted: 0, name: "t", removed: null, schema: "s", updated: 0 }],
    commands: ["DELETE 1"],
    created: [],
    dropped: [],
    method: "savepoint",
    notes: [],
    outcome: "simulated",
    sideEffects: [],
  },
  statement: {
    digest: "d",
    parameters: [{ index: 1, null: true, type: "int4" }],
    text: "UPDATE \u{1f642}\n",
  },
  target: { environment: "staging", kind: "postgres", name: "shop" },
  time: "2026-11-20T16:40:03.037512Z",
  transaction: { id: "7", outcome: "committed" },
  type: "db.statement.completed",
  usage: {
    cacheRead: 1,
    cacheWrite: 2,
    costMicros: null,
    currency: "USD",
    input: 3,
    model: "m",
    output: 4,
    prices: "p",
    provider: "anthropic",
    reasoning: 0,
  },
};

const expected = (draft: RecordDraft, id: string, sequence: number) =>
  canonicalize({ ...draft, id, location: origin.location, source: { ...origin.source, sequence }, v: 1 });

test("a record with every member is its canonical JSON", () => {
  const text = encode(structuredClone(full), { id: "id", sequence: 7, statement: undefined });
  expect(text).toBe(expected(full, "id", 7));
  expect(text).toBe(encode(full, { id: "id", sequence: 7, statement: canonicalize(full.statement) }));
});

test("and so is one with any subset of the optional members, with any text in it", () => {
  const optional = [
    "approval",
    "blobs",
    "decision",
    "details",
    "duration",
    "effect",
    "operations",
    "parentSession",
  ] as const;
  const more = ["session", "statement", "target", "transaction", "usage"] as const;
  const names = fc.subarray([...optional, ...more]);
  fc.assert(
    fc.property(names, fc.string({ unit: "grapheme" }), fc.nat(), (left, text, sequence) => {
      const draft: Record<string, unknown> = {
        ...structuredClone(full),
        message: { key: text, params: { text } },
        project: text,
      };
      for (const name of left) delete draft[name];
      const record = draft as unknown as RecordDraft;
      expect(encode(record, { id: "id", sequence, statement: undefined })).toBe(
        expected(record, "id", sequence),
      );
    }),
  );
});

test("the envelope's time is what Date.parse would say", () => {
  fc.assert(
    fc.property(fc.integer({ max: 4e15, min: 0 }), (timeUs) => {
      expect(timeMs(rfc3339(timeUs))).toBe(Date.parse(rfc3339(timeUs)));
      expect(timeMs(rfc3339(timeUs))).toBe(Math.floor(timeUs / 1000));
    }),
  );
});

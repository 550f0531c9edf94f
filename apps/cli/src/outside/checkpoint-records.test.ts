import type { RecordDraft } from "@custody/domain";
import { expect, test } from "vitest";
import { Scopes } from "../recorder/scope.ts";
import { CheckpointRecords } from "./checkpoint-records.ts";

function records() {
  const drafts: RecordDraft[] = [];
  const clock = { nowUs: 1_700_000_000_000_000 };
  const subject = new CheckpointRecords({
    newId: () => "id",
    nowUs: () => clock.nowUs,
    recordOne: async (draft) => drafts.push(draft) - 1,
  });
  return { clock, drafts, subject };
}

const about = { kind: "witness", place: "w1", size: 41 };
const witnessed = {
  ...about,
  cosignatures: ["— w1 AAAA"],
  origin: "log.example",
  root: "x",
  type: "checkpoint.witnessed",
};
const failed = { ...about, code: "PLACE_REFUSED", reason: "no — yes", type: "checkpoint.witness-failed" };
const contradicted = { ...failed, evidence: "contradictions/x", type: "checkpoint.contradicted" };

test("what is said about a checkpoint becomes a record that outlives every session", async () => {
  const { drafts, subject } = records();
  expect(await subject.record(witnessed)).toEqual({ index: 0 });
  await subject.record(failed);
  expect(await subject.record(contradicted)).toEqual({ index: 2 });
  expect(drafts.map(({ level, type }) => `${level} ${type}`)).toEqual([
    "info checkpoint.witnessed",
    "warning checkpoint.witness-failed",
    "critical checkpoint.contradicted",
  ]);
  expect(drafts[0]).toMatchObject({
    details: { cosignatures: ["— w1 AAAA"], root: "x" },
    message: { key: "checkpoint.witnessed", params: about },
  });
  for (const draft of drafts)
    expect(new Scopes().of({ ...draft, session: "s" })).toEqual({ class: "governance", project: "" });
});

test.each([
  [undefined],
  ["text"],
  [{}],
  [{ ...witnessed, type: "db.statement.completed" }],
  [{ ...witnessed, level: "debug" }],
  [{ ...failed, kind: "moon" }],
  [{ ...failed, size: -1 }],
  [{ ...failed, size: 1.5 }],
  [{ ...failed, code: "a code" }],
  [{ ...failed, reason: "x".repeat(5000) }],
  [{ ...witnessed, cosignatures: Array(65).fill("x") }],
])("%j is nothing about a checkpoint", async (body) => {
  const { drafts, subject } = records();
  await expect(subject.record(body)).rejects.toMatchObject({ code: "request-invalid" });
  expect(drafts).toEqual([]);
});

test("whatever goes wrong over there cannot fill the ledger", async () => {
  const { clock, drafts, subject } = records();
  const refused: unknown[] = [];
  for (let at = 0; at < 300; at += 1) await subject.record(failed).catch((error) => refused.push(error.code));
  expect([drafts.length, new Set(refused)]).toEqual([200, new Set(["too-many-attempts"])]);
  clock.nowUs += 3_600_000_000;
  await subject.record(failed);
  expect(drafts).toHaveLength(201);
});

test("a ledger that cannot write is said to be so", async () => {
  const subject = new CheckpointRecords({
    newId: () => "id",
    nowUs: () => 0,
    recordOne: () => Promise.reject(new Error("no space")),
  });
  await expect(subject.record(failed)).rejects.toMatchObject({ code: "ledger-unavailable" });
});

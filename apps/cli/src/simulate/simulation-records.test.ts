import type { RecordDraft } from "@custody/domain";
import { expect, test } from "vitest";
import { configSchema } from "../config/schema.ts";
import { LOCAL_OPERATOR } from "../retention/retention-records.ts";
import { type SimulationNote, SimulationRecords } from "./simulation-records.ts";

const { targets } = configSchema.parse({
  targets: [
    {
      name: "shop",
      kind: "postgres",
      listen: "127.0.0.1:6432",
      upstream: { env: "X" },
      environment: "staging",
    },
  ],
});
const action = "01a21cb2-5db2-7000-b75a-31a754f17698";

function recordsInto(drafts: RecordDraft[], failure?: Error): SimulationRecords {
  return new SimulationRecords({
    newId: () => action,
    nowUs: () => 1_700_000_000_000_000,
    recorder: {
      recordOne: async (draft) => {
        if (failure !== undefined) throw failure;
        return drafts.push(draft) - 1;
      },
    },
    targets: () => targets,
  });
}

const requested: SimulationNote = { phase: "requested", statement: "DELETE FROM t", target: "shop" };
const failed: SimulationNote = {
  ...requested,
  action,
  code: "outside",
  phase: "failed",
  reason: "it reaches beyond",
};

test("both ends of a simulation are one action of the operator, on the target", async () => {
  const drafts: RecordDraft[] = [];
  const records = recordsInto(drafts);
  expect(await records.record(requested, LOCAL_OPERATOR)).toEqual({ action, index: 0 });
  expect(await records.record(failed, LOCAL_OPERATOR)).toEqual({ action, index: 1 });
  for (const draft of drafts)
    expect(draft).toMatchObject({
      action,
      actor: { human: { name: "local operator" } },
      project: "default",
      statement: { text: "DELETE FROM t" },
      target: { environment: "staging", kind: "postgres", name: "shop" },
    });
  expect(drafts.map(({ level, type }) => `${level} ${type}`)).toEqual([
    "info db.simulation.requested",
    "warning db.simulation.failed",
  ]);
});

test.each([
  ["nothing", undefined],
  ["another phase", { ...requested, phase: "denied" }],
  ["a target that is not configured", { ...requested, target: "other" }],
  ["an end without its action", { ...failed, action: "1" }],
  ["what it does not know", { ...requested, actor: "somebody else" }],
  ["a list without end", { ...failed, sideEffects: Array.from({ length: 1000 }, () => "x") }],
])("%s is refused, and nothing is recorded", async (_what, body) => {
  const drafts: RecordDraft[] = [];
  await expect(recordsInto(drafts).record(body, LOCAL_OPERATOR)).rejects.toMatchObject({
    code: "request-invalid",
  });
  expect(drafts).toEqual([]);
});

test("a ledger that cannot write is a refusal, so nothing is run", async () => {
  const asked = recordsInto([], new Error("the disk is full")).record(requested, LOCAL_OPERATOR);
  await expect(asked).rejects.toMatchObject({ code: "ledger-unavailable" });
});

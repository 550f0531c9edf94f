import { expect, test } from "vitest";
import { openIndex } from "../open-index.ts";
import { indexOptions, openTestLedger, temporaryDirectory } from "../testing/record-ledger.ts";
import { microseconds } from "./row-text.ts";

const record = {
  action: "a",
  actor: {},
  id: "i",
  level: "info",
  message: { key: "k", params: {} },
  project: "p",
  time: "2026-01-01T00:00:00Z",
  type: "app.thing",
};

test.each([
  ["no JSON", "hello"],
  ["nothing", "null"],
  ["a list", "[1,2]"],
  ["another shape", '{"id":1}'],
  ["operations that are none", JSON.stringify({ ...record, operations: [{}] })],
  ["a statement without a text", JSON.stringify({ ...record, statement: { parameters: 7 } })],
  ["an effect without rows", JSON.stringify({ ...record, effect: {} })],
])("an entry that holds %s has a row that says no more than its envelope", async (_what, payload) => {
  const directory = temporaryDirectory();
  const ledger = await openTestLedger(directory);
  const scope = { class: "session", project: "p", session: "s" };
  const { index: at } = await ledger.append({
    payload,
    scope,
    sequence: 0,
    source: "x",
    timeMs: 1_767_225_600_000,
    type: "app.thing",
  });
  const index = await openIndex(await indexOptions(directory));
  await index.follow();
  expect(index.cursor).toBe(at + 1);
  expect(index.row(at)).toMatchObject({
    id: String(at),
    level: "error",
    time: "2026-01-01T00:00:00.000000Z",
    type: "app.thing",
  });
  index.close();
  await ledger.close();
});

test.each([
  ["2026-01-01T00:00:00Z", 1_767_225_600_000_000],
  ["2026-01-01T00:00:00.5Z", 1_767_225_600_500_000],
  ["2026-01-01T00:00:00.123456Z", 1_767_225_600_123_456],
  ["2026-01-01T00:00:00.1234Z", 1_767_225_600_123_400],
  ["2026-01-01T00:00:00.123456789Z", 1_767_225_600_123_456],
  ["2026-01-01T01:00:00.000001+01:00", 1_767_225_600_000_001],
  ["soon", 0],
])("%s is %d microseconds", (text, expected) => {
  expect(microseconds(text)).toBe(expected);
});

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { LedgerReader } from "@custody/ledger";
import { afterAll, beforeAll, expect, test } from "vitest";
import { newId, writeLedger } from "../../../../test/export/written-ledger.ts";
import { findAction } from "./find-action.ts";

const directory = mkdtempSync(join(tmpdir(), "custody-find-"));
const action = newId();
const ours = [newId(), newId(), newId()];
let reader: LedgerReader;

/** An action that began two hours after most of the ledger was written; its last record has a clock set back. */
beforeAll(async () => {
  const madeMs = Number.parseInt(action.replace("-", "").slice(0, 12), 16);
  const at = (ms: number) => `${new Date(madeMs + ms).toISOString().slice(0, -1)}000Z`;
  const others = Array.from({ length: 1200 }, () => ({ session: "t", time: at(-7_200_000) }));
  const [first, second, third] = ours as [string, string, string];
  await writeLedger(directory, [
    ...others,
    { action, id: first, time: at(0), type: "db.statement.requested" },
    { session: "t", statement: { digest: "", text: `SELECT '${action}'` }, time: at(1) },
    { action, id: second, time: at(2), type: "db.statement.answered" },
    ...others.slice(600),
    { action, id: third, time: at(-3_600_000), type: "db.statement.completed" },
  ]);
  reader = await LedgerReader.open({ directory });
});
afterAll(() => rmSync(directory, { force: true, recursive: true }));

const idsOf = async (id: string) => (await findAction(reader, id)).map((record) => record.id);

test("an action is found by its id, by each of its records, and by their indexes", async () => {
  const indexes = (await findAction(reader, action)).map(({ index }) => String(index));
  for (const id of [action, action.toUpperCase(), ...ours, ...indexes]) expect(await idsOf(id)).toEqual(ours);
});

test("a record that only speaks of an id is not of its action", async () => {
  const [last] = await findAction(reader, String(reader.size - 3));
  expect(last?.action).not.toBe(action);
  expect(await findAction(reader, action)).toHaveLength(3);
});

test("an id that nothing has is not found", async () => {
  for (const id of [newId(), "00000000-0000-4000-8000-000000000000", String(reader.size)])
    await expect(findAction(reader, id)).rejects.toMatchObject({ code: "NOT_FOUND" });
  await expect(findAction(reader, "nonsense")).rejects.toMatchObject({ code: "USAGE" });
});

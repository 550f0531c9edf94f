import { join } from "node:path";
import { LedgerReader } from "@custody/ledger";
import { indexOptionsFor } from "@custody/views";
import { Client } from "pg";
import { expect, onTestFinished, test } from "vitest";
import { rawContent } from "../../packages/views/src/testing/raw-content.ts";
import { createDatabase } from "../postgres/shared.ts";
import { Custody } from "./custody-process.ts";

/** How often a word stands in the pages of the index, without encryption. */
async function occurrences(directory: string, word: string): Promise<number> {
  const { key, path } = indexOptionsFor(directory, await LedgerReader.open({ directory }));
  expect(path).toBe(join(directory, "index", "records.db"));
  return rawContent(path, key).pages.toString("latin1").split(word).length - 1;
}

test("the index of a running server forgets a session that is shredded, down to its pages", {
  timeout: 240_000,
}, async () => {
  const database = await createDatabase();
  const custody = new Custody(database.url);
  onTestFinished(async () => {
    await custody.remove();
    await database.drop();
  });
  await custody.start();
  const url = await custody.sessionUrl();
  const client = new Client({ connectionString: url });
  await client.connect();
  await client.query("CREATE TABLE zebra_table (secret text)");
  for (let at = 0; at < 20; at += 1)
    await client.query("INSERT INTO zebra_table VALUES ($1)", [`quaggavalue${at}`]);
  await client.end();
  // A look at the status is itself on record, so the index is held against what stood there before the first look.
  let before: number | undefined;
  const erasures = async () => {
    const { stdout } = await custody.run("status", "--json");
    const { index } = JSON.parse(stdout) as { index: { cursor: number; erasures: unknown; size: number } };
    before ??= index.size;
    return index.cursor >= before ? index.erasures : undefined;
  };
  await expect.poll(erasures, { timeout: 60_000 }).toEqual({ orders: 0, purge: null, purged: 0 });
  for (const word of ["bra_table", "aggavalue"])
    expect(await occurrences(custody.data, word), word).toBeGreaterThan(0);
  const session = new URL(url).username;
  const { code, stderr } = await custody.run("shred", "--session", session, "--reason", "asked for");
  expect([code, stderr]).toEqual([0, expect.any(String)]);
  await expect.poll(erasures, { timeout: 60_000 }).toEqual({ orders: 1, purge: null, purged: 1 });
  expect(await custody.stop()).toBe(0);
  for (const word of ["bra_table", "aggavalue"]) expect(await occurrences(custody.data, word), word).toBe(0);
  const { stdout } = await custody.run("index", "status", "--json");
  expect(JSON.parse(stdout)).toMatchObject({
    erasures: { orders: 1, purge: null, purged: 1 },
    state: "ready",
  });
});

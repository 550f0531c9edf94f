import { createHash } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { SampledRows } from "@custody/domain";
import { Client } from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createDatabase } from "../postgres/shared.ts";
import { Custody } from "./custody-process.ts";
import { makeOwner, tokenOf } from "./people.ts";

const policy = `version: 1
rules:
  - name: look-first
    match: { object: people, kind: [update, delete] }
    effect: approve
    approval: { at: commit }
`;

let custody: Custody;
let server: string;
let drop: () => Promise<void>;

beforeAll(async () => {
  const database = await createDatabase();
  drop = () => database.drop();
  custody = new Custody(database.url, "policy: ./policy.yaml\n");
  writeFileSync(join(custody.directory, "policy.yaml"), policy);
  ({ server } = await custody.start());
  await makeOwner(custody, server);
  const client = new Client({ connectionString: await custody.sessionUrl() });
  await client.connect();
  await client.query("CREATE TABLE people (id int PRIMARY KEY, name text)");
  await client.query("INSERT INTO people VALUES (1, 'zebra-one'), (2, 'zebra-two'), (3, 'zebra-three')");
  await client.end();
});
afterAll(async () => {
  await custody.remove();
  await drop();
});

/** What waits, once something does. */
async function waiting(): Promise<{
  readonly id: string;
  readonly rows: SampledRows;
  readonly text: string;
}> {
  const list = async () => (await custody.run("holds", "--json")).stdout;
  await expect.poll(list, { timeout: 60_000 }).not.toBe("");
  const { id } = JSON.parse((await list()).split("\n")[0] ?? "") as { id: string };
  return JSON.parse((await custody.run("holds", id, "--json")).stdout);
}

test("whoever decides sees the rows, a yes is bound to them, and they go with the session's data", async () => {
  const url = await custody.sessionUrl();
  const client = new Client({ connectionString: url });
  await client.connect();
  const done = client.query("UPDATE people SET name = 'yak' WHERE id = 2");
  const hold = await waiting();
  expect(hold.rows.tables).toMatchObject([
    { after: { rows: [["2", "yak"]] }, before: { rows: [["2", "zebra-two"]] }, name: "people" },
  ]);
  const shown = await custody.run("holds", hold.id);
  expect(shown.stdout).toContain('± id "2"  name "zebra-two" → "yak"');

  // Of the exact text, and not of what it was parsed to.
  const asked = (who: Record<string, string>) =>
    fetch(`${server}/api/holds/${hold.id}/rows`, { headers: who });
  const authorization = `Bearer ${await tokenOf(server, "ada")}`;
  const { text } = (await (await asked({ authorization })).json()) as { text: string };
  expect(createHash("sha256").update(text).digest("hex")).toBe(JSON.parse(hold.text).rows);
  expect((await asked({})).status).toBe(401);

  // They are there for whoever decides, and not to be searched.
  const found = async (search: string) => {
    const answer = await fetch(`${server}/api/records?view=records&type=db.rows.shown${search}`, {
      headers: { authorization },
    });
    return ((await answer.json()) as { rows: unknown[] }).rows.length;
  };
  expect([await found(""), await found("&search=zebra")]).toEqual([1, 0]);

  await custody.run("approve", hold.id);
  expect((await done).rowCount).toBe(1);
  await client.end();

  const session = new URL(url).username;
  const { code } = await custody.run("shred", "--session", session, "--reason", "asked for");
  expect(code).toBe(0);
  const after = JSON.parse((await custody.run("holds", hold.id, "--json")).stdout);
  expect(after).toMatchObject({ rows: null, state: "consumed" });
  expect((await custody.run("holds", hold.id)).stdout).toContain("not on record any more");
  expect((await custody.run("verify")).code).toBe(0);
});

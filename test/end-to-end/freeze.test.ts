import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Client } from "pg";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createDatabase } from "../postgres/shared.ts";
import { Custody } from "./custody-process.ts";
import { makeOwner } from "./people.ts";

/** Each starts several processes. */
const timeout = 240_000;

let database: Awaited<ReturnType<typeof createDatabase>>;
let custody: Custody;
let agent: Client;

beforeEach(async () => {
  database = await createDatabase();
  custody = new Custody(database.url);
  const { server } = await custody.start();
  // To thaw is for people.
  await makeOwner(custody, server);
  agent = await connected();
  await agent.query("CREATE TABLE t (id int)");
}, timeout);

afterEach(async () => {
  await agent.end().catch(() => {});
  await custody.remove();
  await database.drop();
});

async function connected(): Promise<Client> {
  const client = new Client({ connectionString: await custody.sessionUrl() });
  client.on("error", () => {});
  await client.connect();
  return client;
}

const write = (client: Client) => client.query("INSERT INTO t VALUES (1)");

/** The command, with what it printed. */
async function run(...parameters: string[]): Promise<string> {
  const { code, stderr, stdout } = await custody.run(...parameters);
  expect([code, stderr]).toEqual([0, ""]);
  return stdout;
}

test(
  "a frozen target takes no writes, on connections that are open and on new ones, until it is thawed",
  async () => {
    expect(await run("freeze", "shop", "--reason", "release 7")).toContain("The target shop is frozen since");
    await expect(write(agent)).rejects.toMatchObject({
      code: "42501",
      message: expect.stringMatching(/the target shop is frozen since .* by ada: release 7/),
    });
    expect((await agent.query("SELECT count(*)::int AS n FROM t")).rows).toEqual([{ n: 0 }]);
    const other = await connected();
    await expect(write(other)).rejects.toMatchObject({ code: "42501" });
    await other.end();
    expect(JSON.parse(await run("freezes", "--json"))).toMatchObject({ reason: "release 7", target: "shop" });
    await run("thaw", "shop", "--reason", "released");
    expect(await run("freezes")).toBe("nothing is frozen\n");
    await write(agent);
    const records = await custody.records<{ type: string; decision?: { rule: string } }>();
    expect(records.filter(({ type }) => type.startsWith("freeze."))).toMatchObject([
      { details: { reason: "release 7", target: "shop" }, type: "freeze.begun" },
      { details: { reason: "released", target: "shop" }, type: "freeze.ended" },
    ]);
    const denied = records.filter(({ type }) => type === "db.statement.denied");
    expect(denied.map(({ decision }) => decision?.rule)).toEqual(["freeze", "freeze"]);
  },
  timeout,
);

test(
  "it outlasts a restart, whatever becomes of the files beside the ledger",
  async () => {
    await run("freeze", "--all", "--reason", "incident 1");
    const file = join(custody.data, "freezes.json");
    await custody.stop();
    const kept = readFileSync(file, "utf8");
    expect(kept).toContain("incident 1");
    for (const change of [
      () => {},
      () => rmSync(file),
      () => writeFileSync(file, kept.replace("incident 1", "incident 2")),
      () => writeFileSync(file, kept.replace(/"state":\[.*\]/, '"state":[]')),
    ]) {
      change();
      await custody.start();
      agent = await connected();
      await expect(write(agent)).rejects.toMatchObject({ message: expect.stringContaining("incident 1") });
      await agent.end();
      await custody.stop();
    }
  },
  timeout,
);

test(
  "one with an end thaws by itself, on record",
  async () => {
    await run("freeze", "--project", "default", "--for", "2s", "--reason", "a moment");
    await expect(write(agent)).rejects.toMatchObject({ code: "42501" });
    for (let isFrozen = true; isFrozen; ) isFrozen = (await run("freezes")) !== "nothing is frozen\n";
    await write(agent);
    expect(await custody.records("--type", "freeze.ended")).toMatchObject([
      { actor: { service: "custody" }, details: { reason: "its time is over" } },
    ]);
  },
  timeout,
);

test(
  "what is meant, and why, has to be said",
  async () => {
    for (const [parameters, code, message] of [
      [["freeze", "shop"], 2, /USAGE/],
      [["freeze", "--reason", "x"], 2, /USAGE/],
      [["freeze", "shop", "--all", "--reason", "x"], 2, /USAGE/],
      [["freeze", "shop", "--for", "soon", "--reason", "x"], 2, /--for soon/],
      [["freeze", "nowhere", "--reason", "x"], 1, /there is no target "nowhere"/],
      [["thaw", "shop", "--reason", "x"], 1, /the target shop is not frozen/],
    ] as const) {
      const answer = await custody.run(...parameters);
      expect(answer, parameters.join(" ")).toMatchObject({ code, stderr: expect.stringMatching(message) });
    }
  },
  timeout,
);

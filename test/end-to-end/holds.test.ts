import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { AuditRecord } from "@custody/domain";
import type { HoldListing } from "@custody/server";
import { Client } from "pg";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createDatabase } from "../postgres/shared.ts";
import { Custody } from "./custody-process.ts";
import { addPerson, logIn, makeOwner } from "./people.ts";

/** Each starts several processes. */
const timeout = 240_000;

const policy = `version: 1
default: guarded
`;

let database: Awaited<ReturnType<typeof createDatabase>>;
let custody: Custody;
let server: string;
const clients: Client[] = [];

beforeEach(async () => {
  database = await createDatabase();
  custody = new Custody(database.url, "policy: ./policy.yaml\n");
  writeFileSync(join(custody.directory, "policy.yaml"), policy);
  ({ server } = await custody.start());
  await makeOwner(custody, server);
  const agent = await connected();
  await agent.query("CREATE TABLE people (id int PRIMARY KEY, name text)");
  await agent.query("INSERT INTO people SELECT i, 'p' || i FROM generate_series(1, 30) i");
}, timeout);

afterEach(async () => {
  for (const client of clients.splice(0)) await client.end().catch(() => {});
  await custody.remove();
  await database.drop();
});

async function connected(options = ""): Promise<Client> {
  const client = new Client({ connectionString: await custody.sessionUrl(), options });
  client.on("error", () => {});
  await client.connect();
  clients.push(client);
  return client;
}

async function ok(...parameters: string[]): Promise<string> {
  const { code, stderr, stdout } = await custody.run(...parameters);
  if (code !== 0) throw new Error(`custody ${parameters.join(" ")} ended with ${code}: ${stderr}`);
  return stdout;
}

/** Those that wait, once there are so many. */
async function waiting(count = 1): Promise<HoldListing[]> {
  for (;;) {
    const lines = (await ok("holds", "--json", "--limit", "500")).split("\n").filter(Boolean);
    if (lines.length >= count) return lines.map((line) => JSON.parse(line) as HoldListing);
  }
}

const count = async (): Promise<number> =>
  (await (await connected()).query("SELECT count(*)::int AS n FROM people")).rows[0].n;

test(
  "a person sees what is held, approves it, and the record of it says all that",
  async () => {
    const agent = await connected();
    const done = agent.query("TRUNCATE people");
    done.catch(() => {});
    const [hold] = await waiting();
    const shown = await ok("holds", hold?.id ?? "");
    expect(shown).toMatch(/^statement TRUNCATE people$/m);
    expect(shown).toMatch(/^rows {6}public\.people: 30 removed as a whole$/m);
    expect(shown).toMatch(/^asked by {2}tester for /m);
    await ok("approve", hold?.id ?? "", "--reason", "it is a test");
    await done;
    expect(await count()).toBe(0);
    const [final] = await custody.records<AuditRecord>(
      "--type",
      "db.statement.completed",
      "--search",
      "TRUNCATE",
    );
    expect(final).toMatchObject({
      approval: {
        approver: { assurance: "password", name: "ada" },
        reason: "it is a test",
        state: "consumed",
      },
      decision: { effect: "approve" },
      simulation: { byTable: [{ name: "people", removed: 30 }] },
      transaction: { outcome: "committed" },
    });
  },
  timeout,
);

test(
  "neither the local token, nor an agent, nor who has another role decides",
  async () => {
    const agent = await connected();
    const done = agent.query("DROP TABLE people").catch((error: Error) => error.message);
    const [hold] = await waiting();
    const { id = "", shown = "" } = hold ?? {};
    const token = JSON.parse(await ok("tokens", "create", "--name", "robot", "--role", "approver", "--json"))
      .token as string;
    const local = readFileSync(join(custody.data, "local.token"), "utf8").trim();
    for (const bearer of [token, local]) {
      const answer = await fetch(`${server}/api/holds/${id}/approve`, {
        body: JSON.stringify({ shown }),
        headers: { authorization: `Bearer ${bearer}`, "content-type": "application/json" },
        method: "POST",
      });
      expect(answer.status).toBe(403);
    }
    await addPerson(custody, server, "eve", "viewer");
    await addPerson(custody, server, "bob", "approver");
    await logIn(custody, "eve");
    expect((await custody.run("approve", id)).code).toBe(1);
    await logIn(custody, "bob");
    expect((await custody.run("approve", id, "--shown", "0".repeat(64))).stderr).toContain(
      "look at it again",
    );
    await ok("deny", id, "--reason", "no tables go today");
    expect(await done).toContain("bob refused it: no tables go today");
    expect((await custody.run("approve", id)).stderr).toContain("is refused already");
    expect(await count()).toBe(30);
    const misused = await custody.records<AuditRecord>("--type", "approval.misused");
    expect(misused.map(({ details }) => details?.["code"])).toEqual(["HOLD_CHANGED", "HOLD_OVER"]);
  },
  timeout,
);

test(
  "a restart runs nothing that waited, keeps what was approved, and believes no file",
  async () => {
    const waits = await connected();
    const lost = waits.query("DELETE FROM people").catch((error: Error) => error.message);
    const fast = await connected("-c custody.on_hold=fail");
    await expect(fast.query("TRUNCATE people")).rejects.toThrow(/Custody holds TRUNCATE/);
    const holds = await waiting(2);
    const approved = holds.find((hold) => !hold.waits)?.id ?? "";
    const unanswered = holds.find((hold) => hold.waits)?.id ?? "";
    await ok("approve", approved);
    await custody.kill();
    await lost;
    const file = join(custody.data, "approvals.json");
    for (const change of [
      () => rmSync(file, { force: true }),
      () => writeFileSync(file, '{"size":1,"state":[]}\n00\n'),
    ]) {
      change();
      await custody.start();
      await custody.stop();
    }
    const kept = readFileSync(file, "utf8");
    writeFileSync(file, kept.replaceAll('"state":"withdrawn"', '"state":"granted"'));
    ({ server } = await custody.start());
    expect(JSON.parse(await ok("holds", unanswered, "--json"))).toMatchObject({ state: "withdrawn" });
    expect((await custody.run("approve", unanswered)).code).toBe(1);
    expect(await count()).toBe(30);
    expect(JSON.parse(await ok("holds", approved, "--json"))).toMatchObject({ state: "granted" });
    const [ended] = await custody.records<AuditRecord>("--type", "db.statement.cancelled");
    expect(ended).toMatchObject({
      effect: { status: "cancelled" },
      statement: { text: "DELETE FROM people" },
    });
    expect(await ok("verify")).toMatch(/^ok: /);
  },
  timeout,
);

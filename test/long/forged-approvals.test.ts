import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { AuditRecord } from "@custody/domain";
import type { Client } from "pg";
import { expect, test } from "vitest";
import { addPerson, tokenOf } from "../end-to-end/people.ts";
import { expectProven } from "../incidents/proven.ts";
import { type Agent, Scene } from "../incidents/scene.ts";

/**
 * A yes is for one act, once, by a person who is not the one who asks. Each execution adds its value to a number, so the
 * number says exactly what ran.
 */
const fixture = `
  CREATE TABLE purse (id int PRIMARY KEY, coins int NOT NULL);
  INSERT INTO purse VALUES (1, 0), (2, 0);
  CREATE SCHEMA elsewhere;
  CREATE TABLE elsewhere.purse AS SELECT * FROM public.purse;
`;
const ADD = "UPDATE purse SET coins = coins + $1";
const FAST = "-c custody.on_hold=fail";
const HELD = "Custody holds UPDATE";

const coins = async (scene: Scene, of = "public.purse"): Promise<unknown> =>
  (await scene.directly(`SELECT max(coins) AS n FROM ${of}`))[0]?.["n"];

const add = (client: Client, value = 1, text = ADD) => client.query(text, [value]);

/** Held, and approved; returns what was shown of it. */
async function approved(scene: Scene, client: Client): Promise<{ id: string; shown: string }> {
  await expect(add(client)).rejects.toThrow(HELD);
  return scene.decide("approve");
}

test("what was approved runs once, and nothing that differs from it in anything", async () => {
  const scene = await Scene.begin({ fixture, hasTwin: true });
  const agent = await scene.agent();
  const client = await agent.connect(FAST);
  await approved(scene, client);
  const others: readonly (readonly [string, () => Promise<unknown>])[] = [
    ["one byte more", () => add(client, 1, `${ADD} `)],
    ["another value", () => add(client, 100)],
    ["another protocol", () => client.query(ADD.replace("$1", "1"))],
    ["another session", async () => add(await (await scene.agent()).connect(FAST))],
    ["another target", async () => add(await agent.connect(FAST, "twin"))],
    ["another search path", async () => add(await agent.connect(`${FAST} -c search_path=elsewhere,public`))],
    ["other triggers", async () => add(await agent.connect(`${FAST} -c session_replication_role=replica`))],
    ["a table of its own before it", async () => add(await shadowed(agent))],
    ["within a transaction", async () => add(await begun(agent))],
  ];
  for (const [name, attempt] of others) await expect(attempt(), name).rejects.toThrow(HELD);
  expect(await coins(scene)).toBe(0);
  // None of them used it up.
  expect((await add(client)).rowCount).toBe(2);
  await expect(add(client)).rejects.toThrow(HELD);
  await expect(add(await agent.connect(FAST))).rejects.toThrow(HELD);
  expect([await coins(scene), await coins(scene, "elsewhere.purse")]).toEqual([1, 0]);
  const denied = await scene.custody.records<AuditRecord>("--type", "db.statement.denied");
  expect(denied.filter(({ decision }) => decision?.effect === "approve")).toHaveLength(1 + others.length + 2);
  await expectProven(scene, agent.session);
});

/** A temporary table stands before all schemas. */
async function shadowed(agent: Agent): Promise<Client> {
  const client = await agent.connect(FAST);
  await client.query("CREATE TEMPORARY TABLE purse (id int, coins int)");
  return client;
}

async function begun(agent: Agent): Promise<Client> {
  const client = await agent.connect(FAST);
  await client.query("BEGIN");
  return client;
}

test("an object that was put in the place of the approved one was not approved", async () => {
  const scene = await Scene.begin({ fixture });
  const agent = await scene.agent();
  const client = await agent.connect(FAST);
  await approved(scene, client);
  await scene.directly("ALTER TABLE purse RENAME TO kept; CREATE TABLE purse AS SELECT * FROM kept");
  await expect(add(client)).rejects.toThrow(HELD);
  expect(await coins(scene)).toBe(0);
  await expectProven(scene, agent.session);
});

test("a yes that is too old is none", async () => {
  const policy = `version: 1
rules:
  - { name: purse, match: { object: purse, kind: update }, effect: approve, approval: { valid: 2s } }
`;
  const scene = await Scene.begin({ fixture, policy });
  const agent = await scene.agent();
  const client = await agent.connect(FAST);
  const { id } = await approved(scene, client);
  await expect
    .poll(async () => (await scene.holds("all")).find((hold) => hold.id === id)?.state)
    .toBe("expired");
  await expect(add(client)).rejects.toThrow(HELD);
  expect(await coins(scene)).toBe(0);
  await expectProven(scene, agent.session);
});

test("nobody decides who asked for it, is a program, has gone, or has seen something else", async () => {
  const scene = await Scene.begin({ fixture });
  const { custody, server } = scene;
  const own = await scene.ownAgent();
  const client = await own.connect(FAST);
  await expect(add(client)).rejects.toThrow(HELD);
  const [hold] = await scene.holds();
  const { id = "", shown = "" } = hold ?? {};
  const say = (bearer: string, digest = shown): Promise<number> =>
    fetch(`${server}/api/holds/${id}/approve`, {
      body: JSON.stringify({ shown: digest }),
      headers: { authorization: `Bearer ${bearer}`, "content-type": "application/json" },
      method: "POST",
    }).then(({ status }) => status);

  await addPerson(custody, server, "bob", "approver");
  await addPerson(custody, server, "eve", "viewer");
  const bob = await tokenOf(server, "bob");
  const robot = JSON.parse(
    await scene.ok("tokens", "create", "--name", "robot", "--role", "approver", "--json"),
  );
  const session = new URL(own.url).password;
  const local = readFileSync(join(custody.data, "local.token"), "utf8").trim();

  const asker = await custody.run("approve", id);
  expect([asker.code, asker.stderr]).toEqual([1, expect.stringContaining("asked for themselves")]);
  expect(await say(robot.token)).toBe(403);
  expect(await say(local)).toBe(403);
  expect(await say(session)).toBe(401);
  expect(await say(await tokenOf(server, "eve"))).toBe(403);
  expect(await say(bob, "0".repeat(64))).toBe(409);
  await scene.ok("users", "remove", "bob");
  expect(await say(bob)).toBe(401);

  await expect(add(client)).rejects.toThrow(HELD);
  expect(await coins(scene)).toBe(0);
  const records = await custody.records<AuditRecord>();
  const misused = records.filter(({ type }) => type === "approval.misused");
  expect(misused.map(({ details }) => details?.["code"])).toEqual(["HOLD_NOT_YOURS", "HOLD_CHANGED"]);
  const denied = records.filter(({ type }) => type === "access.denied");
  const who = denied.map(({ details = {}, level }) => `${level}: ${details["name"]} by ${details["method"]}`);
  // Nobody waits until they are written, so their order is any.
  expect(who.sort()).toEqual([
    "error: tester by agent token",
    "warning: ada by token",
    "warning: eve by password",
    "warning: local operator by local token",
  ]);
  expect(denied.find(({ level }) => level === "error")).toMatchObject({
    details: { route: "POST /api/holds/:id/approve" },
    session: own.session,
  });
  expect(records.filter(({ type }) => type === "access.sign-in-refused")).toHaveLength(1);
  await expect
    .poll(() => scene.receiver.messages.map(({ data }) => data.kind))
    .toEqual(expect.arrayContaining(["approval-misused", "access-denied", "sign-in-refused"]));
  await expectProven(scene, own.session);
});

/** What lies beside the ledger and can be written by whoever owns the directory. */
const stateFiles = (data: string): string[] =>
  readdirSync(data).filter((name) => name.endsWith(".json") && name !== "credentials.json");

test("no file beside the ledger gives a yes, whether it is edited, deleted or put back as it was", async () => {
  const scene = await Scene.begin({ fixture });
  const { custody } = scene;
  const agent = await scene.agent();
  let client = await agent.connect(FAST);
  await addPerson(custody, scene.server, "bob", "approver");
  const bob = await tokenOf(scene.server, "bob");
  const grant = ["--session", agent.session, "--verb", "UPDATE", "--object", "public.purse", "--reason", "r"];
  await scene.ok("grant", "shop", ...grant, "--for", "10m");
  // There are two tables of that name, so a grant needs the one that is meant.
  await expect(add(client, 0)).rejects.toThrow(HELD);
  expect((await add(client, 0, ADD.replace("purse", "public.purse"))).rowCount).toBe(2);
  const [granted] = JSON.parse(`[${(await scene.ok("grants", "--json")).trim().split("\n").join(",")}]`);
  await scene.ok("end-grant", granted.id, "--reason", "done");
  const { id } = await approved(scene, client);
  await custody.stop();
  const older = join(custody.directory, "older");
  cpSync(custody.data, older, { recursive: true });
  expect(stateFiles(older)).toEqual(
    expect.arrayContaining(["approvals.json", "freezes.json", "grants.json", "identities.json"]),
  );

  await scene.start();
  client = await agent.connect(FAST);
  await add(client);
  await scene.ok("users", "remove", "bob");
  await scene.ok("freeze", "shop", "--reason", "incident");
  await custody.stop();

  const { data } = custody;
  const changes: Readonly<Record<string, (name: string) => void>> = {
    deleted: (name) => rmSync(join(data, name), { force: true }),
    edited: (name) => {
      const text = readFileSync(join(data, name), "utf8");
      writeFileSync(
        join(data, name),
        text.replaceAll('"consumed"', '"granted"').replaceAll(/"until":"20\d\d/g, '"until":"2099'),
      );
    },
    "put back": (name) => cpSync(join(older, name), join(data, name)),
  };
  for (const [change, apply] of Object.entries(changes)) {
    for (const name of stateFiles(change === "put back" ? older : data)) apply(name);
    await scene.start();
    client = await agent.connect(FAST);
    await expect(add(client), change).rejects.toThrow("the target shop is frozen");
    await scene.ok("thaw", "shop", "--reason", "to look behind it");
    await expect(add(client), change).rejects.toThrow(HELD);
    expect(JSON.parse(await scene.ok("holds", id, "--json")), change).toMatchObject({ state: "consumed" });
    expect(await scene.ok("grants"), change).not.toContain("public.purse");
    const answer = await fetch(`${scene.server}/api/me`, { headers: { authorization: `Bearer ${bob}` } });
    expect(answer.status, change).toBe(401);
    await scene.ok("freeze", "shop", "--reason", "incident");
    await custody.stop();
  }
  await scene.start();
  expect(await coins(scene)).toBe(1);
  await expectProven(scene, agent.session);
});

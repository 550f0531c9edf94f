import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseSecret, signMessage } from "@custody/alerts";
import type { AuditRecord } from "@custody/domain";
import { Client } from "pg";
import { expect, onTestFinished, test } from "vitest";
import { isFromCustody } from "../../examples/alert-receiver/is-from-custody.ts";
import { createDatabase } from "../postgres/shared.ts";
import { Custody } from "./custody-process.ts";
import { WEBHOOK_SECRET, WebhookReceiver } from "./webhook-receiver.ts";

const PATIENCE = { timeout: 120_000 };

const policy = `version: 1
rules:
  - { name: no-deletes, match: { verb: DELETE }, effect: deny }
`;

interface Installed {
  readonly custody: Custody;
  readonly receiver: WebhookReceiver;
  readonly agent: () => Promise<Client>;
}

/** A real Custody before a real database, which denies every DELETE, and a receiver that it tells. */
async function installed(more = ""): Promise<Installed> {
  const database = await createDatabase();
  const receiver = new WebhookReceiver();
  await receiver.start();
  const yaml = `policy: ./policy.yaml
alerts:
  webhooks:
    - { name: on-call, url: "${receiver.url}", secret: { env: HOOK_SECRET }${more} }
`;
  const custody = new Custody(database.url, yaml, { HOOK_SECRET: WEBHOOK_SECRET });
  writeFileSync(join(custody.directory, "policy.yaml"), policy);
  onTestFinished(async () => {
    await custody.remove();
    await receiver.stop();
    await database.drop();
  });
  const agent = async (): Promise<Client> => {
    const client = new Client({ connectionString: await custody.sessionUrl() });
    client.on("error", () => {});
    await client.connect();
    return client;
  };
  return { agent, custody, receiver };
}

/** Asks for what is denied; resolves when the agent has its error. */
async function tryToDelete(client: Client, condition = ""): Promise<void> {
  await expect(client.query(`DELETE FROM pg_temp.orders${condition}`)).rejects.toMatchObject({
    message: expect.stringContaining("no-deletes"),
  });
}

async function alerts(custody: Custody, ...parameters: string[]) {
  const { code, stdout, stderr } = await custody.run("alerts", "--json", ...parameters);
  expect([code, stderr]).toEqual([0, ""]);
  return stdout
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line));
}

test("a denied statement is one signed message, which says what happened and leads to it", async () => {
  const { agent, custody, receiver } = await installed();
  const { server } = await custody.start();
  const client = await agent();
  await client.query("CREATE TEMPORARY TABLE orders (id int)");
  await tryToDelete(client);
  const refusedMs = performance.now();
  await expect.poll(() => receiver.messages.length, { ...PATIENCE, interval: 2 }).toBe(1);
  const [message] = receiver.messages;
  console.log(`from the refusal to the message: ${((message?.atMs ?? 0) - refusedMs).toFixed(1)} ms`);
  const [denied] = await custody.records<AuditRecord>("--type", "db.statement.denied");
  expect(message).toMatchObject({
    data: {
      agent: "tester",
      count: 1,
      firstAction: { id: denied?.action, url: `${server}/records/${denied?.action}` },
      kind: "statement-denied",
      level: "warning",
      rule: "no-deletes",
      session: denied?.session,
      target: "shop",
      text: "tester asked shop for something that the rule no-deletes denies. It was not forwarded.",
      title: "Statement denied",
      url: `${server}/alerts`,
    },
    type: "alert.raised",
  });
  expect(JSON.stringify(message?.data)).not.toContain("DELETE");
  const [alert] = await alerts(custody, "--open");
  expect(alert).toMatchObject({ count: 1, firstAction: denied?.action, kind: "statement-denied" });
  await client.end();
  expect(await custody.stop()).toBe(0);
  expect([receiver.messages.length, receiver.unsigned, receiver.attempts]).toEqual([1, [], 1]);
});

test("two thousand denials are one alert with the exact count", async () => {
  const { agent, custody, receiver } = await installed();
  await custody.start();
  const client = await agent();
  await client.query("CREATE TEMPORARY TABLE orders (id int)");
  for (let number = 0; number < 2000; number += 1) await tryToDelete(client, ` WHERE id = ${number}`);
  expect(await alerts(custody)).toMatchObject([{ count: 2000, level: "error" }]);
  await client.end();
  expect(await custody.stop()).toBe(0);
  const records = await custody.records<AuditRecord>("--type", "alert");
  expect(records.filter(({ type }) => type === "alert.raised")).toHaveLength(1);
  expect(records.at(-1)).toMatchObject({ details: { count: 2000 }, type: "alert.updated" });
  // Told when it began and when it became worse, and at most once a minute since.
  expect(receiver.messages.slice(0, 2)).toMatchObject([
    { data: { count: 1, level: "warning" }, type: "alert.raised" },
    { data: { count: 5, level: "error" }, type: "alert.updated" },
  ]);
  expect(new Set(receiver.messages.map(({ data }) => data.id)).size).toBe(1);
  expect(receiver.unsigned).toEqual([]);
});

test("what is denied and tried in other words, and tokens in the wrong place, are alerts of their own", async () => {
  const { agent, custody, receiver } = await installed(", includeText: true, levels: [error, critical]");
  await custody.start();
  const client = await agent();
  await client.query("CREATE TEMPORARY TABLE orders (id int)");
  await tryToDelete(client);
  await client.query("TRUNCATE pg_temp.orders /* instead */");
  const url = new URL(await custody.sessionUrl());
  const session = url.username;
  url.pathname = "/postgres";
  const elsewhere = new Client({ connectionString: url.href });
  await expect(elsewhere.connect()).rejects.toThrow("this target is the database");
  await expect.poll(() => receiver.messages.length, PATIENCE).toBe(2);
  const byKind = Object.fromEntries(receiver.messages.map(({ data }) => [data.kind, data]));
  expect(byKind["statement-reworded"]).toMatchObject({
    level: "error",
    statement: expect.stringContaining("TRUNCATE"),
  });
  expect(byKind["token-elsewhere"]).toMatchObject({ address: "127.0.0.1", level: "error", name: session });
  expect((await alerts(custody)).map(({ kind }) => kind).sort()).toEqual([
    "statement-denied",
    "statement-reworded",
    "token-elsewhere",
  ]);
  await client.end();
});

test("a write to a frozen target is an alert of its own, however often it is tried", async () => {
  const { agent, custody, receiver } = await installed();
  await custody.start();
  const client = await agent();
  expect((await custody.run("freeze", "shop", "--reason", "month end")).code).toBe(0);
  for (let number = 0; number < 17; number += 1)
    await expect(client.query("CREATE TABLE not_now (id int)")).rejects.toThrow("Custody denied");
  await expect.poll(() => receiver.messages.length, PATIENCE).toBe(1);
  expect(receiver.messages[0]).toMatchObject({
    data: { kind: "frozen-write", level: "error", rule: "freeze", target: "shop" },
  });
  expect(await alerts(custody)).toMatchObject([{ count: 17, kind: "frozen-write" }]);
  await client.end();
});

test("a receiver that is down for a while gets everything once it is back, each once", async () => {
  const { agent, custody, receiver } = await installed();
  await custody.start();
  await receiver.stop();
  for (let number = 0; number < 3; number += 1) {
    const client = await agent();
    await client.query("CREATE TEMPORARY TABLE orders (id int)");
    await tryToDelete(client);
    await client.end();
  }
  await expect
    .poll(async () => JSON.parse((await custody.run("status", "--json")).stdout).alerts, PATIENCE)
    .toMatchObject({ open: 3, webhooks: [{ delivered: 0, failure: expect.any(String), waiting: 3 }] });
  receiver.refusal = 503;
  await receiver.start();
  await expect.poll(() => receiver.attempts, PATIENCE).toBeGreaterThan(0);
  expect(receiver.messages).toEqual([]);
  receiver.refusal = undefined;
  await expect.poll(() => receiver.messages.length, PATIENCE).toBe(3);
  expect(new Set(receiver.messages.map(({ data }) => data.session)).size).toBe(3);
  await expect
    .poll(async () => JSON.parse((await custody.run("status", "--json")).stdout).alerts.webhooks, PATIENCE)
    .toMatchObject([{ delivered: 3, failure: null, waiting: 0 }]);
});

test("killed before a message could be delivered, Custody delivers it after its restart", async () => {
  const { agent, custody, receiver } = await installed();
  await custody.start();
  await receiver.stop();
  const client = await agent();
  await client.query("CREATE TEMPORARY TABLE orders (id int)");
  await tryToDelete(client);
  await expect.poll(async () => (await custody.records("--type", "alert.raised")).length, PATIENCE).toBe(1);
  await custody.kill();
  await receiver.start();
  await custody.start();
  await expect.poll(() => receiver.messages.length, PATIENCE).toBe(1);
  const [alert] = await alerts(custody);
  expect(receiver.messages[0]).toMatchObject({ data: { id: alert.id }, type: "alert.raised" });
  expect(await custody.records("--type", "alert.raised")).toHaveLength(1);
  await custody.stop();
  await custody.start();
  expect(await alerts(custody)).toMatchObject([{ count: 1, id: alert.id }]);
  await custody.stop();
  expect(receiver.messages).toHaveLength(1);
});

test("the command lists alerts, says that one was seen, and tries webhooks out", async () => {
  const { agent, custody, receiver } = await installed();
  await custody.start();
  expect((await custody.run("alerts")).stdout).toBe("no alert\n");
  const client = await agent();
  await client.query("CREATE TEMPORARY TABLE orders (id int)");
  await tryToDelete(client);
  await expect.poll(async () => (await alerts(custody, "--open")).length, PATIENCE).toBe(1);
  const [{ id }] = await alerts(custody);
  expect((await custody.run("alerts")).stdout).toContain(`Statement denied (statement-denied)  ${id}`);
  expect((await custody.run("alerts", "ack", id)).stdout).toContain("seen by local operator");
  expect(await alerts(custody, "--open")).toEqual([]);
  expect((await custody.run("alerts", "ack", "00000000-0000-7000-8000-000000000000")).code).toBe(1);
  expect((await custody.run("alerts", "ack", "x")).code).toBe(2);
  expect((await custody.run("alerts", "--kind", "x")).code).toBe(1);
  await expect.poll(() => receiver.messages.length, PATIENCE).toBe(1);
  const { code, stdout } = await custody.run("alerts", "test", "on-call", "--json");
  expect([code, JSON.parse(stdout)]).toMatchObject([0, { ok: true, status: 204, webhook: "on-call" }]);
  expect(receiver.messages.at(-1)).toMatchObject({ data: { kind: "test" }, type: "alert.test" });
  receiver.refusal = 500;
  const failed = await custody.run("alerts", "test");
  expect([failed.code, failed.stdout]).toEqual([
    1,
    expect.stringContaining("NOT DELIVERED: the answer was HTTP 500"),
  ]);
  expect((await custody.run("alerts", "test", "nobody")).code).toBe(1);
  const [acknowledged] = await custody.records<AuditRecord>("--type", "alert.acknowledged");
  expect(acknowledged).toMatchObject({ action: id, actor: { human: { name: "local operator" } } });
  await client.end();
});

test("other webhooks are in force after a reload, and a secret that is none keeps those before", async () => {
  const { agent, custody, receiver } = await installed();
  const second = new WebhookReceiver();
  await second.start();
  onTestFinished(() => second.stop());
  await custody.start();
  const path = join(custody.directory, "custody.yaml");
  const yaml = readFileSync(path, "utf8");
  writeFileSync(path, yaml.replace("{ env: HOOK_SECRET }", "{ env: SHOP_DATABASE_URL }"));
  const check = await custody.run("config", "check");
  expect([check.code, check.stderr]).toEqual([
    2,
    expect.stringContaining("alerts.webhooks[0].secret: a secret is"),
  ]);
  expect(check.stderr).not.toContain("postgres://");
  expect((await custody.run("config", "reload")).code).toBe(1);
  const more = `    - { name: second, url: "${second.url}", secret: { env: HOOK_SECRET } }\n`;
  writeFileSync(path, yaml + more);
  expect((await custody.run("config", "reload")).code).toBe(0);
  const client = await agent();
  await client.query("CREATE TEMPORARY TABLE orders (id int)");
  await tryToDelete(client);
  await expect.poll(() => [receiver.messages.length, second.messages.length], PATIENCE).toEqual([1, 1]);
  await client.end();
});

test("the receiver that docs/alerts.md shows takes what is signed, and nothing else", () => {
  const document = readFileSync(new URL("../../docs/alerts.md", import.meta.url), "utf8");
  const file = new URL("../../examples/alert-receiver/is-from-custody.ts", import.meta.url);
  expect(document).toContain(`\`\`\`ts\n${readFileSync(file, "utf8")}\`\`\``);
  const openssl = /```sh\n(KEY=[^`]*)```/.exec(document)?.[1] ?? "";
  const [body, id, now] = ['{"type":"alert.test"}', "msg_1", Math.floor(Date.now() / 1000)];
  const variables = { BODY: body, ID: id, SECRET: WEBHOOK_SECRET, TIMESTAMP: String(now) };
  const signature = execFileSync("sh", ["-c", openssl], {
    encoding: "utf8",
    env: { ...process.env, ...variables },
  }).trim();
  const headers = { "webhook-id": id, "webhook-signature": signature, "webhook-timestamp": String(now) };
  const isOurs = (change: Partial<typeof headers>, text = body) =>
    isFromCustody({ ...headers, ...change }, text, WEBHOOK_SECRET);
  expect(isOurs({})).toBe(true);
  expect(isOurs({}, `${body} `)).toBe(false);
  expect(isOurs({ "webhook-id": "msg_2" })).toBe(false);
  expect(isOurs({ "webhook-timestamp": String(now - 600) })).toBe(false);
  const other = `whsec_${Buffer.alloc(32).toString("base64")}`;
  expect(isFromCustody(headers, body, other)).toBe(false);
  const late = signMessage(id, body, parseSecret(WEBHOOK_SECRET), (now - 600) * 1000);
  expect(isFromCustody({ ...late }, body, WEBHOOK_SECRET)).toBe(false);
});

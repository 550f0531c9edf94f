import { readFileSync, writeFileSync } from "node:fs";
import type { ServerResponse } from "node:http";
import { join } from "node:path";
import type { AuditRecord, BudgetPage, BudgetStanding } from "@custody/domain";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ModelServer } from "../models/model-server.ts";
import { createDatabase } from "../postgres/shared.ts";
import { Custody } from "./custody-process.ts";
import { addPerson, makeOwner, tokenOf } from "./people.ts";

/** What each answer takes, and what that costs by the provider's list: 1,200 × $3, 70 × $0.30 and 34 × $15 for a million. */
const TOKENS = 1200 + 70 + 34;
const MICROS = 3600 + 21 + 510;

const POLICY = `version: 1
budgets:
  - { name: one-run, per: session, limit: { tokens: 100000 }, then: stop }
  - { name: team, per: project, period: month, limit: { cost: "20.00 USD" }, then: hold }
  - { name: house, per: all, limit: { cost: "40.00 USD" }, then: warn }
  - { name: opus, per: model, match: { model: "claude-opus-*" }, period: hour, limit: { tokens: 5000 }, then: warn }
`;

let custody: Custody;
let models: ModelServer;
let drop: () => Promise<void>;
/** Requests whose answer the test keeps back. */
const kept: ServerResponse[] = [];

beforeAll(async () => {
  const database = await createDatabase();
  drop = () => database.drop();
  models = await ModelServer.start({
    intercept: ({ body }, response) => {
      const text = body.toString("utf8");
      if (text.includes("keep back")) kept.push(response);
      else if (text.includes("break off")) {
        response.writeHead(200, { "Content-Type": "text/event-stream" });
        response.write('event: message_start\ndata: {"type":"message_start"', () => response.destroy());
      } else return false;
      return true;
    },
    script: () => ({ text: "ok" }),
  });
  const yaml = `policy: ./policy.yaml
projects: [{ name: default }, { name: crm }]
models:
  listen: 127.0.0.1:0
  environment: development
  anthropic: { upstream: '${models.url}' }
`;
  custody = new Custody(database.url, yaml);
  writeFileSync(join(custody.directory, "policy.yaml"), "version: 1\n");
});
afterAll(async () => {
  await custody.remove();
  await models.stop();
  await drop();
});

async function newSession(project: string): Promise<{ id: string; url: string }> {
  const { code, stderr, stdout } = await custody.run(
    ...["session", "new", "--agent", "claude", "--project", project, "--machine", "--json"],
  );
  if (code !== 0) throw new Error(stderr);
  const { env, session } = JSON.parse(stdout) as { session: string; env: Record<string, string> };
  return { id: session, url: env["ANTHROPIC_BASE_URL"] as string };
}

async function ask(
  { url }: { url: string },
  content = "hello",
  model = "claude-sonnet-4-5",
): Promise<number> {
  const answer = await fetch(`${url}/v1/messages`, {
    body: JSON.stringify({ max_tokens: 1000, messages: [{ content, role: "user" }], model, stream: true }),
    headers: { "anthropic-version": "2023-06-01", "x-api-key": "a key of the agent's own" },
    method: "POST",
  });
  await answer.text().catch(() => "");
  return answer.status;
}

async function standing(...options: string[]): Promise<BudgetStanding[]> {
  const { code, stderr, stdout } = await custody.run("budgets", "--json", ...options);
  if (code !== 0) throw new Error(stderr);
  return stdout.split("\n").flatMap((line) => (line === "" ? [] : [JSON.parse(line) as BudgetStanding]));
}

const sums = (rows: readonly BudgetStanding[]) =>
  rows.map(({ budget, reserved, scope, settled, unknown, unpriced }) => ({
    place: `${budget} ${scope}`,
    sums: [settled, reserved, unpriced, unknown],
  }));

const find = (rows: readonly BudgetStanding[], budget: string, scope: string | null) =>
  rows.find((row) => row.budget === budget && row.scope === scope);

test("without a server, and without a budget in the policy, it says so", async () => {
  const alone = await custody.run("budgets");
  expect([alone.code, alone.stdout]).toEqual([2, ""]);
  expect(alone.stderr).toContain("only a running server knows");
  expect(alone.stderr).toContain("custody up");
  await custody.start();
  expect(await custody.run("budgets")).toMatchObject({
    code: 0,
    stdout: "the policy has no budgets; `budgets:` in policy.yaml sets them\n",
  });
  expect(await custody.run("budgets", "--json")).toMatchObject({ code: 0, stdout: "" });
  expect((await custody.run("budgets", "--limit", "0")).code).toBe(2);
  expect((await custody.run("budgets", "--after", "nothing")).code).toBe(1);
  writeFileSync(join(custody.directory, "policy.yaml"), POLICY);
  expect((await custody.run("config", "reload")).code).toBe(0);
});

test("what requests take and set aside is said while it happens, and the same after a restart", async () => {
  expect(sums(await standing()).map(({ place }) => place)).toEqual([
    "one-run null",
    "team null",
    "house null",
    "opus null",
  ]);
  const shop = await newSession("default");
  const crm = await newSession("crm");
  expect([await ask(shop), await ask(shop), await ask(crm)]).toEqual([200, 200, 200]);
  expect(await ask(crm, "hello", "a-model-of-nobody")).toBe(200);
  const first = await standing();
  expect(find(first, "one-run", shop.id)).toMatchObject({
    agent: "claude",
    left: 100_000 - 2 * TOKENS,
    number: 1,
    project: "default",
    settled: 2 * TOKENS,
    // biome-ignore lint/suspicious/noThenProperty: it is a word, as the policy has it, and no promise.
    then: "stop",
    until: null,
  });
  expect(find(first, "team", "default")).toMatchObject({ settled: 2 * MICROS, unit: "micros", unpriced: 0 });
  expect(find(first, "team", "crm")).toMatchObject({ settled: MICROS, unpriced: 1 });
  expect(find(first, "house", "")).toMatchObject({ settled: 3 * MICROS, unpriced: 1 });
  expect(first.at(-1)).toMatchObject({ budget: "opus", scope: null, settled: 0 });
  expect((await standing("--project", "crm")).map(({ budget, scope }) => [budget, scope])).toEqual([
    ["one-run", crm.id],
    ["team", "crm"],
  ]);

  // One that breaks off counts as what was set aside; one that is under way is set aside.
  await ask(shop, "break off");
  const broken = find(await standing(), "team", "default") as BudgetStanding;
  expect(broken).toMatchObject({ reserved: 0, unknown: 1 });
  expect(broken.settled).toBeGreaterThan(2 * MICROS + 1000 * 15);
  const late = ask(crm, "keep back").catch(() => 0);
  await expect.poll(() => kept.length, { timeout: 60_000 }).toBe(1);
  const open = find(await standing(), "team", "crm") as BudgetStanding;
  expect(open.reserved).toBeGreaterThanOrEqual(1000 * 15);
  expect(open.left).toBe(open.limit - open.settled - open.reserved);
  const { stdout } = await custody.run("budgets", "--project", "crm");
  expect(stdout).toMatch(
    /^team {5}project crm, this month {2,}0\.004131 of 20\.00 USD +0 % {2}0\.0\d+ set aside +then hold {2}1 unpriced$/m,
  );
  kept.shift()?.destroy();
  await late;
  const before = sums(await standing());
  expect(before.every(({ sums: [, reserved] }) => reserved === 0)).toBe(true);

  expect(await custody.stop()).toBe(0);
  await custody.start();
  expect(sums(await standing())).toEqual(before);
});

test("what was under way when it was killed counts as what was set aside for it", async () => {
  const crm = await newSession("crm");
  const late = ask(crm, "keep back").catch(() => 0);
  await expect.poll(() => kept.length, { timeout: 60_000 }).toBe(1);
  const open = find(await standing(), "team", "crm") as BudgetStanding;
  await custody.kill();
  await late;
  kept.shift()?.destroy();
  await custody.start();
  expect(find(await standing(), "team", "crm")).toMatchObject({
    reserved: 0,
    settled: open.settled + open.reserved,
    unknown: open.unknown + 1,
  });
});

test("pages go on where the one before ended", async () => {
  const all = await standing();
  const pages: BudgetStanding[] = [];
  for (let after: string[] = []; ; ) {
    const { stderr, stdout } = await custody.run("budgets", "--json", "--limit", "2", ...after);
    pages.push(...stdout.split("\n").flatMap((line) => (line === "" ? [] : [JSON.parse(line)])));
    const next = /--after (".*")/.exec(stderr)?.[1];
    if (next === undefined) break;
    after = ["--after", JSON.parse(next) as string];
  }
  expect(pages).toEqual(all);
});

test("whoever reads one project sees its places alone, and that they looked is on record", async () => {
  await custody.stop();
  const { server } = await custody.start();
  await makeOwner(custody, server);
  await addPerson(custody, server, "vic", "viewer@crm");
  const token = await tokenOf(server, "vic");
  const answer = await fetch(`${server}/api/budgets`, { headers: { authorization: `Bearer ${token}` } });
  const { budgets } = (await answer.json()) as BudgetPage;
  expect(budgets.length).toBeGreaterThan(1);
  for (const { budget, project, scope } of budgets)
    expect([budget, project ?? scope]).toEqual([expect.stringMatching(/^(one-run|team)$/), "crm"]);
  const looks = await custody.records<AuditRecord>("--type", "access.read");
  expect(looks.map(({ actor }) => actor.human?.name)).toContain("vic");
});

test("without models nobody spends, and what was spent before is still said", async () => {
  const before = sums(await standing());
  await custody.stop();
  const file = join(custody.directory, "custody.yaml");
  writeFileSync(file, readFileSync(file, "utf8").replace(/^models:[\s\S]*$/m, ""));
  await custody.start();
  await expect.poll(async () => sums(await standing()), { timeout: 60_000 }).toEqual(before);
});

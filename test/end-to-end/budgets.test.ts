import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { AuditRecord, CostPage, SessionSummary } from "@custody/domain";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ModelServer } from "../models/model-server.ts";
import { createDatabase } from "../postgres/shared.ts";
import { Custody } from "./custody-process.ts";
import { makeOwner } from "./people.ts";

/** What each answer takes, and what that costs by the provider's list: 1,200 × $3, 70 × $0.30 and 34 × $15 for a million. */
const TOKENS = 1200 + 70 + 34;
const MICROS = 3600 + 21 + 510;

let custody: Custody;
let models: ModelServer;
let drop: () => Promise<void>;

function policyWith(tokens: number): string {
  return `version: 1
budgets:
  - { name: one-run, per: session, limit: { tokens: ${tokens} }, then: stop }
`;
}

beforeAll(async () => {
  const database = await createDatabase();
  drop = () => database.drop();
  models = await ModelServer.start({ script: () => ({ text: "ok" }) });
  const yaml = `policy: ./policy.yaml
models:
  listen: 127.0.0.1:0
  environment: development
  anthropic: { upstream: '${models.url}' }
`;
  custody = new Custody(database.url, yaml);
  writeFileSync(join(custody.directory, "policy.yaml"), policyWith(3000));
});
afterAll(async () => {
  await custody.remove();
  await models.stop();
  await drop();
});

/** What waits for a human at this moment. */
async function waiting(): Promise<readonly { readonly id: string; readonly state: string }[]> {
  const holds = await lines<{ id: string; state: string }>("holds");
  return holds.filter(({ state }) => state === "requested");
}

/** One request that takes at most a thousand tokens of output, of the agent itself or of one that it has begun. */
async function ask(url: string, agent?: string): Promise<{ status: number; text: string }> {
  const answer = await fetch(`${url}/v1/messages`, {
    body: JSON.stringify({
      max_tokens: 1000,
      messages: [{ content: "hello", role: "user" }],
      model: "claude-sonnet-4-5",
      stream: true,
    }),
    headers: {
      "anthropic-version": "2023-06-01",
      "x-api-key": "a key of the agent's own",
      ...(agent === undefined ? undefined : { "x-claude-code-agent-id": agent }),
    },
    method: "POST",
  });
  return { status: answer.status, text: await answer.text() };
}

async function lines<Shape>(...parameters: string[]): Promise<Shape[]> {
  const { code, stderr, stdout } = await custody.run(...parameters, "--json");
  if (code !== 0) throw new Error(stderr);
  return stdout.split("\n").flatMap((line) => (line === "" ? [] : [JSON.parse(line) as Shape]));
}

test("agents that run at the same time cannot together go beyond a budget, before and after a restart", async () => {
  await custody.start();
  const [session] = await lines<{ session: string; env: Record<string, string> }>(
    "session",
    "new",
    "--agent",
    "claude",
  );
  const url = session?.env["ANTHROPIC_BASE_URL"] as string;
  const answers = await Promise.all(
    [undefined, "helper", undefined, "other", "helper"].map((agent) => ask(url, agent)),
  );
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 200, 400, 400, 400]);
  const refused = answers.find(({ status }) => status === 400);
  expect(refused?.text).toContain(`the budget one-run of the session ${session?.session} is 3000 tokens`);
  expect(models.requests).toHaveLength(2);

  const records = await custody.records<AuditRecord>();
  const denied = records.filter(({ type }) => type === "model.request.denied");
  expect(denied.map(({ decision }) => decision?.rule)).toEqual([
    "budget:one-run",
    "budget:one-run",
    "budget:one-run",
  ]);
  expect(
    records
      .filter(({ type }) => type.startsWith("budget."))
      .map(({ details, type }) => [type, details?.["scope"]]),
  ).toContainEqual(["budget.reached", session?.session]);
  const [costs] = await lines<CostPage>("costs");
  expect(costs).toMatchObject({
    lines: [{ costMicros: 2 * MICROS, key: "anthropic/claude-sonnet-4-5", requests: 2, unpriced: 0 }],
  });
  const sessions = await lines<SessionSummary>("sessions");
  const sum = (pick: (each: SessionSummary) => number) =>
    sessions.reduce((total, each) => total + pick(each), 0);
  expect([sum(({ counts }) => counts.denied), sum(({ cost }) => cost.costMicros)]).toEqual([3, 2 * MICROS]);
  expect(sessions.filter(({ parent }) => parent === session?.session)).toHaveLength(sessions.length - 1);
  const alerts = await lines<{ kind: string }>("alerts");
  expect(alerts.map(({ kind }) => kind)).toContain("budget-reached");

  expect(await custody.stop()).toBe(0);
  const again = (await custody.start()) as unknown as { readonly models: { readonly listen: string } };
  const known = url.replace(/127\.0\.0\.1:\d+/, again.models.listen);
  const late = await ask(known);
  expect([late.status, late.text]).toEqual([400, expect.stringContaining(`${2 * TOKENS} tokens is spent`)]);

  // Another budget knows what was spent before it was in force.
  writeFileSync(join(custody.directory, "policy.yaml"), policyWith(2 * TOKENS + 1500));
  expect((await custody.run("config", "reload")).code).toBe(0);
  expect((await ask(known)).status).toBe(200);
  expect((await ask(known)).status).toBe(400);
});

test("beyond a budget that holds, a human lets a request go on, and what it took counts", async () => {
  const text =
    "version: 1\nbudgets:\n  - { name: soft, per: session, limit: { tokens: 1500 }, then: hold }\n";
  writeFileSync(join(custody.directory, "policy.yaml"), text);
  await custody.stop();
  const { server } = await custody.start();
  await makeOwner(custody, server);
  const [session] = await lines<{ env: Record<string, string> }>(
    "session",
    "new",
    "--agent",
    "claude",
    "--machine",
  );
  const url = session?.env["ANTHROPIC_BASE_URL"] as string;
  expect((await ask(url)).status).toBe(200);
  const held = ask(url);
  await expect.poll(waiting, { timeout: 60_000 }).toHaveLength(1);
  expect((await custody.run("approve", (await waiting())[0]?.id ?? "")).code).toBe(0);
  expect((await held).status).toBe(200);
  const again = ask(url);
  await expect.poll(waiting, { timeout: 60_000 }).toHaveLength(1);
  expect((await custody.run("deny", (await waiting())[0]?.id ?? "", "--reason", "enough")).code).toBe(0);
  const refused = await again;
  expect([refused.status, refused.text]).toEqual([400, expect.stringContaining("enough")]);
  const ends = await custody.records<AuditRecord>("--type", "model.request.*");
  const last = ends.filter(({ type }) => type !== "model.request.requested").slice(-3);
  expect(last.map(({ approval, decision, type }) => [type, decision?.rule, approval?.state])).toEqual([
    ["model.request.completed", "default", undefined],
    ["model.request.completed", "budget:soft", "consumed"],
    ["model.request.denied", "budget:soft", "refused"],
  ]);
  expect(last.at(-1)?.decision?.reasons[0]).toContain("0 tokens is left");
});

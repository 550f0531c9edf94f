import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { HoldPrompt } from "@custody/server";
import { Client } from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ModelServer } from "../models/model-server.ts";
import { createDatabase } from "../postgres/shared.ts";
import { Custody } from "./custody-process.ts";
import { addPerson, makeOwner, tokenOf } from "./people.ts";

let custody: Custody;
let models: ModelServer;
let drop: () => Promise<void>;
let server: string;

interface OpenedSession {
  readonly env: Readonly<Record<string, string>>;
  readonly session: string;
  readonly targets: { readonly shop: { readonly url: string } };
}

beforeAll(async () => {
  const database = await createDatabase();
  drop = () => database.drop();
  models = await ModelServer.start({
    script: ({ turns }) =>
      turns.length === 1 ? { calls: [{ input: { command: "psql" }, name: "bash" }] } : { text: "done" },
  });
  const yaml = `policy: ./policy.yaml
models:
  listen: 127.0.0.1:0
  environment: development
  anthropic: { upstream: '${models.url}' }
`;
  custody = new Custody(database.url, yaml);
  writeFileSync(join(custody.directory, "policy.yaml"), "version: 1\ndefault: guarded\n");
  ({ server } = await custody.start());
  await makeOwner(custody, server);
  const client = new Client({ connectionString: await custody.sessionUrl() });
  await client.connect();
  await client.query("CREATE TABLE people AS SELECT generate_series(1, 30) AS id");
  await client.end();
});
afterAll(async () => {
  await custody.remove();
  await models.stop();
  await drop();
});

async function opened(): Promise<OpenedSession> {
  return JSON.parse((await custody.run("session", "new", "--agent", "claude", "--json")).stdout);
}

/** Says something to the model, which asks for a tool: that one runs until its result goes back, which never happens here. */
async function say(text: string, { env }: OpenedSession): Promise<void> {
  const answer = await fetch(`${env["ANTHROPIC_BASE_URL"]}/v1/messages`, {
    body: JSON.stringify({
      max_tokens: 100,
      messages: [{ content: text, role: "user" }],
      model: "claude-sonnet-4-5",
      tools: [{ input_schema: { type: "object" }, name: "bash" }],
    }),
    headers: { "anthropic-version": "2023-06-01", "x-api-key": "of the agent's own" },
    method: "POST",
  });
  expect([answer.status, await answer.text()]).toEqual([200, expect.stringContaining("tool_use")]);
}

/** Has a statement held, and gives what `custody holds` says of it, for programs and for people. */
async function held(
  { targets }: OpenedSession,
  statement = "DELETE FROM people",
): Promise<{ prompt: HoldPrompt | null; text: string; id: string }> {
  const client = new Client({ connectionString: targets.shop.url, options: "-c custody.on_hold=fail" });
  await client.connect();
  const failure = await client.query(statement).then(String, String);
  await client.end();
  const id = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/.exec(failure)?.[0] ?? failure;
  const { stdout } = await custody.run("holds", id, "--json");
  const { prompt } = JSON.parse(stdout) as { prompt: HoldPrompt | null };
  return { id, prompt, text: (await custody.run("holds", id)).stdout };
}

test("whoever decides is shown what the agent had been told, and how that is known", async () => {
  const silent = await opened();
  const nothing = await held(silent);
  expect(nothing.prompt).toBeNull();
  expect(nothing.text).toContain("told      nothing that passed Custody");

  const session = await opened();
  await say("Tidy the people up\nbut \u202ekeep the first", session);
  const by = await held(session);
  expect(by.prompt).toMatchObject({ by: "tool", text: "Tidy the people up\nbut \u202ekeep the first" });
  expect(by.text).toContain("told      Tidy the people up\n          but \\u{202e}keep the first\n");
  expect(by.text).toContain(`(record ${by.prompt?.index}, by the call of a tool that ran then)`);
  const { stdout } = await custody.run("show", String(by.prompt?.index), "--json");
  expect(stdout).toContain("prompt.submitted");

  // Two tools run now, so that only what was said last can be told.
  await say("And the orders as well", session);
  const newest = await held(session, "TRUNCATE people");
  expect(newest.prompt).toMatchObject({ by: "session", text: "And the orders as well" });
  expect(newest.text).toContain("the newest of its session");

  // Of a project that somebody does not see there is neither the hold nor the prompt.
  await addPerson(custody, server, "eve", "viewer@lab");
  const authorization = `Bearer ${await tokenOf(server, "eve")}`;
  const answer = await fetch(`${server}/api/holds/${newest.id}/prompt`, { headers: { authorization } });
  expect(answer.status).toBe(404);
});

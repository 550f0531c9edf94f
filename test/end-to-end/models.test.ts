import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { AuditRecord } from "@custody/domain";
import { fileKeySource, LedgerReader, parseBlobReference } from "@custody/ledger";
import pg from "pg";
import { afterEach, expect, test } from "vitest";
import { ModelServer } from "../models/model-server.ts";
import { scripted } from "../models/script.ts";
import { createDatabase } from "../postgres/shared.ts";
import { Custody } from "./custody-process.ts";
import { makeOwner } from "./people.ts";

const SECRET = "AKIAQYLPMN5HHHFPZAM2";
const KEY = "sk-ant-held-key-0123456789";

let custody: Custody | undefined;
let models: ModelServer | undefined;
let database: Awaited<ReturnType<typeof createDatabase>> | undefined;
afterEach(async () => {
  await custody?.remove();
  await models?.stop();
  await database?.drop();
});

interface Session {
  readonly session: string;
  readonly env: Readonly<Record<string, string>>;
  readonly models: Readonly<Record<string, { readonly url: string; readonly isKeyHeld: boolean }>>;
  readonly targets: { readonly shop: { readonly url: string } };
}

/** `held`: the models that need a human. */
async function start(server: ModelServer, held?: string): Promise<Custody & { readonly server: string }> {
  database = await createDatabase();
  const yaml = `models:
  listen: 127.0.0.1:0
  environment: development
  anthropic: { upstream: '${server.url}', key: { env: MODEL_KEY } }
  openai: { upstream: '${server.url}' }
`;
  custody = new Custody(database.url, held === undefined ? yaml : `${yaml}policy: ./policy.yaml\n`, {
    MODEL_KEY: KEY,
  });
  if (held !== undefined)
    writeFileSync(
      join(custody.directory, "policy.yaml"),
      `version: 1\nrules:\n  - { name: dear-models, match: { engine: model, object: '${held}' }, effect: approve, message: It is dear. }\n`,
    );
  const { server: url } = await custody.start();
  return Object.assign(custody, { server: url });
}

async function newSession(of: Custody): Promise<Session> {
  const { code, stderr, stdout } = await of.run("session", "new", "--agent", "claude", "--machine", "--json");
  if (code !== 0) throw new Error(stderr);
  return JSON.parse(stdout) as Session;
}

const ask = (
  session: Session,
  messages: readonly object[],
  signal?: AbortSignal,
  model = "claude-sonnet-4-5",
) =>
  fetch(`${session.env["ANTHROPIC_BASE_URL"]}/v1/messages?beta=true`, {
    body: JSON.stringify({ max_tokens: 1000, messages, model, stream: true }),
    headers: { "anthropic-version": "2023-06-01", "x-api-key": session.env["ANTHROPIC_API_KEY"] ?? "" },
    method: "POST",
    ...(signal === undefined ? undefined : { signal }),
  });

test("the thread runs from the prompt over the answer and the tool call to the statement", async () => {
  models = await ModelServer.start({
    script: scripted({
      orders: [
        {
          calls: [{ input: { command: "psql -c 'DELETE FROM orders'" }, name: "Bash" }],
          text: "I delete them",
        },
        { text: "all gone" },
      ],
    }),
  });
  const running = await start(models);
  const session = await newSession(running);
  const prompt = { content: `delete all orders with ${SECRET}`, role: "user" };
  const text = await (await ask(session, [prompt])).text();
  const tool = /toolu_\d+/.exec(text)?.[0];
  const client = new pg.Client({ connectionString: session.targets.shop.url });
  await client.connect();
  await client.query("CREATE TABLE orders AS SELECT 1 AS id");
  await client.query("DELETE FROM orders WHERE id = 1");
  const call = {
    id: tool,
    input: { command: "psql -c 'DELETE FROM orders'" },
    name: "Bash",
    type: "tool_use",
  };
  await (
    await ask(session, [
      prompt,
      { content: [{ text: "I delete them", type: "text" }, call], role: "assistant" },
      { content: [{ content: `DELETE 1 ${SECRET}`, tool_use_id: tool, type: "tool_result" }], role: "user" },
    ])
  ).text();
  await client.query("SELECT 1");
  await client.end();

  const records = await running.records<AuditRecord>("--session", session.session);
  const of = (type: string) => records.filter((record) => record.type === type);
  const [said] = of("prompt.submitted");
  const [requested] = of("tool.call.requested");
  expect(said?.statement?.text).toMatch(/^delete all orders with \[secret:/);
  expect(requested?.links).toEqual({
    prompt: said?.action,
    request: said?.links.request,
    tool,
    toolBy: "id",
  });
  const deleted = of("db.statement.completed").find((record) => record.operations?.[0]?.verb === "DELETE");
  expect(deleted?.links).toMatchObject({ prompt: said?.action, tool, toolBy: "time" });
  const after = of("db.statement.completed").find((record) => record.operations?.[0]?.verb === "SELECT");
  expect(after?.links.tool).toBeUndefined();
  const answered = of("model.request.completed");
  expect(answered).toHaveLength(2);
  expect(answered[0]?.usage).toMatchObject({ cacheRead: 70, input: 1200, output: 34, provider: "anthropic" });
  expect(answered[0]?.actor.agent?.name).toBe("claude");
  expect(of("tool.call.completed")[0]?.action).toBe(requested?.action);

  // The provider saw the gateway's key, and what was said as it was said; the record has neither.
  expect(models.requests[0]?.headers).toContain(KEY);
  expect(models.requests[0]?.body.toString()).toContain(SECRET);
  expect((await running.run("verify")).code).toBe(0);
  await running.stop();
  const bodies = await everything(running);
  expect(bodies).toContain("I delete them");
  expect(bodies).not.toContain(SECRET);
  expect(bodies).not.toContain(KEY);
  expect(bodies).not.toContain(session.env["ANTHROPIC_API_KEY"]);
}, 120_000);

test("a stream that Custody did not survive is unknown at the next start, and the client's was cut", async () => {
  models = await ModelServer.start({
    intercept: (_, response) => {
      response.writeHead(200, { "Content-Type": "text/event-stream" });
      response.write('event: message_start\ndata: {"type":"message_start","message":{"id":"m"}}\n\n');
      return true;
    },
    script: () => ({}),
  });
  const running = await start(models);
  const session = await newSession(running);
  const answer = await ask(session, [{ content: "hello", role: "user" }]);
  const reader = answer.body?.getReader();
  await reader?.read();
  await running.kill();
  await expect(reader?.read()).rejects.toThrow();
  const { models: again } = await running.start();
  const records = await running.records<AuditRecord>("--session", session.session);
  expect(records.map(({ type }) => type)).toEqual([
    "session.started",
    "model.request.requested",
    "prompt.submitted",
    "model.request.unknown",
  ]);
  expect((await running.run("verify")).code).toBe(0);
  // The session's token is known again.
  const gone = new AbortController();
  const known = {
    ...session,
    env: { ANTHROPIC_BASE_URL: `http://${again.listen}/${session.env["ANTHROPIC_API_KEY"]}/anthropic` },
  };
  const answered = await ask(known, [{ content: "hello", role: "user" }], gone.signal);
  expect(answered.status).toBe(200);
  gone.abort();
}, 120_000);

test("a request that needs a human waits, and a yes is for that request alone", async () => {
  models = await ModelServer.start({ script: () => ({ text: "expensive" }) });
  const running = await start(models, "claude-opus*");
  const server = running.server;
  await makeOwner(running, server);
  const session = await newSession(running);
  const send = (text: string) =>
    ask(session, [{ content: text, role: "user" }], undefined, "claude-opus-5-5");
  const waiting = send("think long");
  const held = async () => {
    const { stdout } = await running.run("holds", "--json");
    return stdout
      .split("\n")
      .filter(Boolean)
      .map((line) => JSON.parse(line) as { id: string; text: string; state: string });
  };
  await expect.poll(held, { timeout: 30_000 }).toHaveLength(1);
  const [hold] = await held();
  const { statements } = JSON.parse(hold?.text ?? "{}") as { statements: { text: string }[] };
  expect(statements[0]?.text).toMatch(/POST \/v1\/messages\nmodel: claude-opus-5-5\n[\s\S]*think long/);
  expect(models.requests).toHaveLength(0);
  expect((await running.run("approve", hold?.id ?? "")).code).toBe(0);
  const answer = await waiting;
  expect(await answer.text()).toContain("message_stop");

  const other = send("think again");
  await expect
    .poll(async () => (await held()).filter(({ state }) => state === "requested").length, { timeout: 30_000 })
    .toBe(1);
  const [next] = (await held()).filter(({ state }) => state === "requested");
  await running.run("deny", next?.id ?? "", "--reason", "not today");
  const refused = await other;
  expect(refused.status).toBe(400);
  expect(await refused.text()).toContain("not today");
  expect(models.requests).toHaveLength(1);
  const ends = await running.records<AuditRecord>("--session", session.session, "--type", "model.request.*");
  const finals = ends.filter(({ type }) => type !== "model.request.requested");
  expect(finals.map(({ approval, type }) => [type, approval?.state, approval?.approver?.name])).toEqual([
    ["model.request.completed", "consumed", "ada"],
    ["model.request.denied", "refused", "ada"],
  ]);
  expect((await running.run("verify")).code).toBe(0);
}, 120_000);

/** Every record, and every body that one names, as whoever holds the keys can read them. */
async function everything(of: Custody): Promise<string> {
  const reader = await LedgerReader.open({
    directory: of.data,
    keySource: fileKeySource(join(of.data, "keys/master.key")),
  });
  const texts: string[] = [];
  for await (const { payload } of reader.entries(0, reader.size)) {
    const text = Buffer.from(payload ?? []).toString("utf8");
    texts.push(text);
    const { blobs = [] } = JSON.parse(text || "{}") as Pick<AuditRecord, "blobs">;
    for (const { digest } of blobs)
      for await (const piece of reader.blob(parseBlobReference(digest)))
        texts.push(Buffer.from(piece).toString("utf8"));
  }
  // What lies beside the ledger is encrypted, or says nothing.
  for (const name of readdirSync(of.data, { recursive: true, encoding: "utf8" }))
    try {
      texts.push(readFileSync(join(of.data, name), "latin1"));
    } catch {}
  return texts.join("\n");
}

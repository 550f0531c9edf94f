import { request as httpRequest } from "node:http";
import Anthropic from "@anthropic-ai/sdk";
import type { AuditRecord } from "@custody/domain";
import { GoogleGenAI } from "@google/genai";
import OpenAI from "openai";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ModelServer, type ReceivedRequest } from "../models/model-server.ts";
import { type Step, scripted } from "../models/script.ts";
import { createDatabase } from "../postgres/shared.ts";
import { Custody } from "./custody-process.ts";

const STEP: Step = {
  calls: [{ input: { command: "ls — \u{1f642}" }, name: "Bash" }],
  text: "Let me look — “quoted”.",
  thinking: "hm",
};
const script = scripted({
  big: [{ text: "read it" }],
  fault: [{ error: { status: 500, times: 1 }, text: "better now" }],
  look: [STEP],
});

let custody: Custody;
let drop: () => Promise<void>;
let near: ModelServer;
let far: ModelServer;
let urls: Readonly<Record<"anthropic" | "openai" | "gemini", { readonly url: string }>>;
let session: string;

beforeAll(async () => {
  const database = await createDatabase();
  drop = () => database.drop();
  near = await ModelServer.start({ script });
  far = await ModelServer.start({ script });
  const at = `upstream: '${far.url}'`;
  const yaml = `models: { listen: '127.0.0.1:0', environment: development, anthropic: { ${at} }, openai: { ${at} }, gemini: { ${at} } }\n`;
  custody = new Custody(database.url, yaml);
  await custody.start();
  const { stdout } = await custody.run("session", "new", "--agent", "sdk", "--machine", "--json");
  const made = JSON.parse(stdout) as { models: typeof urls; session: string };
  urls = made.models;
  session = made.session;
}, 240_000);

afterAll(async () => {
  await custody?.remove();
  await near?.stop();
  await far?.stop();
  await drop?.();
});

/** What the provider saw, without what belongs to one connection, and what clients make up anew each time. */
function seen({ body, headers, method, url }: ReceivedRequest) {
  const own = /^(host|connection|content-length|transfer-encoding|keep-alive)$/i;
  const kept: string[] = [];
  for (let at = 0; at < headers.length; at += 2)
    if (!own.test(headers[at] ?? "")) kept.push(`${headers[at]?.toLowerCase()}: ${headers[at + 1]}`);
  return { body: body.toString("latin1"), headers: kept, method, url };
}

/** Does the same directly and through Custody: what the provider sees is the same, and what the client gets. */
async function same<Result>(use: (base: "direct" | "through") => Promise<Result>): Promise<Result> {
  const [before, beforeFar] = [near.requests.length, far.requests.length];
  const direct = await use("direct");
  const through = await use("through");
  expect(through).toEqual(direct);
  const sent = near.requests.slice(before).map(seen);
  expect(sent.length).toBeGreaterThan(0);
  expect(far.requests.slice(beforeFar).map(seen)).toEqual(sent);
  return through;
}

/** As JSON, without the headers of one connection, and the second that it is. */
const plain = <Value>(value: Value): Value =>
  JSON.parse(
    JSON.stringify(value, (name, member) => (/^(keep-alive|date)$/.test(name) ? undefined : member)),
  ) as Value;
async function all<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const found: Item[] = [];
  for await (const item of items) found.push(plain(item));
  return found;
}

const tools = [{ description: "runs", input_schema: { type: "object" as const }, name: "Bash" }];
const messages = [{ content: "have a look", role: "user" as const }];

test("the SDK of Anthropic passes, byte by byte", async () => {
  const client = (way: "direct" | "through") =>
    new Anthropic({
      apiKey: "sk-ant-own",
      baseURL: way === "direct" ? near.url : urls.anthropic.url,
      maxRetries: 0,
    });
  const body = { max_tokens: 64, messages, model: "claude-sonnet-4-5", tools };
  const whole = await same(async (way) => plain(await client(way).messages.create(body)));
  expect(whole.stop_reason).toBe("tool_use");
  const events = await same(async (way) => all(await client(way).messages.create({ ...body, stream: true })));
  expect(events.at(-1)?.type).toBe("message_stop");
  const final = await same(async (way) => plain(await client(way).messages.stream(body).finalMessage()));
  expect(final.content.map(({ type }) => type)).toEqual(["thinking", "text", "tool_use"]);
  await same(async (way) =>
    plain(await client(way).messages.countTokens({ messages, model: "claude-sonnet-4-5" })),
  );
  await same(async (way) => plain((await client(way).models.list()).data));
}, 60_000);

test("the SDK of OpenAI passes, byte by byte", async () => {
  const client = (way: "direct" | "through") =>
    new OpenAI({
      apiKey: "sk-own",
      baseURL: `${way === "direct" ? near.url : urls.openai.url}/v1`,
      maxRetries: 0,
    });
  const body = { input: "have a look", model: "gpt-5" };
  const whole = await same(async (way) => plain(await client(way).responses.create(body)));
  expect(whole.output_text).toBe(STEP.text);
  const events = await same(async (way) =>
    all(await client(way).responses.create({ ...body, stream: true })),
  );
  expect(events.at(-1)?.type).toBe("response.completed");
  const chat = { messages, model: "gpt-5" };
  await same(async (way) => plain(await client(way).chat.completions.create(chat)));
  const options = { stream: true, stream_options: { include_usage: true } } as const;
  const chunks = await same(async (way) =>
    all(await client(way).chat.completions.create({ ...chat, ...options })),
  );
  expect(chunks.at(-1)?.usage?.completion_tokens).toBe(34);
}, 60_000);

test("the SDK of Gemini passes, byte by byte", async () => {
  const client = (way: "direct" | "through") =>
    new GoogleGenAI({
      apiKey: "own",
      httpOptions: { baseUrl: way === "direct" ? near.url : urls.gemini.url },
    });
  const body = { contents: "have a look", model: "gemini-2.5-flash" };
  const whole = await same(async (way) => plain((await client(way).models.generateContent(body)).candidates));
  expect(whole?.[0]?.finishReason).toBe("STOP");
  const pieces = await same(async (way) => all(await client(way).models.generateContentStream(body)));
  expect(pieces.length).toBeGreaterThan(3);
}, 60_000);

test("an error is tried again as it would be without Custody, and all of it is on record", async () => {
  const client = (way: "direct" | "through") =>
    new Anthropic({
      apiKey: "sk-ant-own",
      baseURL: way === "direct" ? near.url : urls.anthropic.url,
      maxRetries: 2,
    });
  const body = {
    max_tokens: 64,
    messages: [{ content: "a fault", role: "user" as const }],
    model: "claude-sonnet-4-5",
  };
  const { content } = await same(async (way) => plain(await client(way).messages.create(body)));
  expect(content).toEqual([{ text: "better now", type: "text" }]);
  const records = await custody.records<AuditRecord>("--session", session, "--type", "model.request.*");
  const ends = records.map(({ type }) => type).filter((type) => type !== "model.request.requested");
  expect(ends.slice(-2)).toEqual(["model.request.failed", "model.request.completed"]);
}, 60_000);

test("what the records say was used is what the API said", async () => {
  const records = await custody.records<AuditRecord>(
    "--session",
    session,
    "--type",
    "model.request.completed",
  );
  const answered = records.filter(({ usage }) => usage !== undefined);
  // All but those to chat completions whose client asked for no usage, to models and to the counting of tokens.
  const sums = answered.reduce((sum, { usage }) => sum + (usage?.input ?? 0) + (usage?.cacheRead ?? 0), 0);
  expect(answered.length).toBeGreaterThan(9);
  expect(sums).toBe(answered.length * 1270);
  expect(answered.every(({ usage }) => usage?.output === 34)).toBe(true);
}, 60_000);

test("a prompt of thirty megabytes goes through, and is found again", async () => {
  const client = new Anthropic({ apiKey: "sk-ant-own", baseURL: urls.anthropic.url, maxRetries: 0 });
  const content = `big: ${"the quick brown fox — \n".repeat(1_300_000)}`;
  const answer = await client.messages.create({
    max_tokens: 64,
    messages: [{ content, role: "user" }],
    model: "claude-sonnet-4-5",
  });
  expect(answer.content).toEqual([{ text: "read it", type: "text" }]);
  expect(far.requests.at(-1)?.body.length).toBeGreaterThan(30_000_000);
  const [prompt] = (
    await custody.records<AuditRecord>("--session", session, "--type", "prompt.submitted")
  ).slice(-1);
  expect(prompt?.details?.["isCut"]).toBe(true);
  expect(prompt?.statement?.text).toHaveLength(65_536);
  expect((await custody.run("verify")).code).toBe(0);
}, 180_000);

test("a reader that takes its time gets everything", async () => {
  const { pathname, port } = new URL(urls.anthropic.url);
  const body = JSON.stringify({ max_tokens: 9, messages, model: "claude-sonnet-4-5", stream: true });
  const text = await new Promise<string>((resolve, reject) => {
    const options = { headers: { "x-api-key": "k" }, method: "POST", path: `${pathname}/v1/messages`, port };
    const asking = httpRequest(options, (response) => {
      let got = "";
      response.setEncoding("utf8");
      response.on("data", (piece: string) => {
        got += piece;
        response.pause();
        setTimeout(() => response.resume(), 20);
      });
      response.on("end", () => resolve(got));
    });
    asking.on("error", reject);
    asking.end(body);
  });
  expect(text).toContain("message_stop");
}, 60_000);

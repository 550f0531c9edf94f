import { createServer, type Server } from "node:http";
import { type AddressInfo, connect } from "node:net";
import type { Action, Decision, RecordDraft } from "@custody/domain";
import { afterEach, expect, test } from "vitest";
import { anthropicAnswer } from "../../../../test/models/anthropic.ts";
import { ModelServer, type ModelServerOptions } from "../../../../test/models/model-server.ts";
import { scripted } from "../../../../test/models/script.ts";
import { ToolWatch } from "../tool-watch.ts";
import type { BudgetVerdict } from "./context.ts";
import type { ProviderKind } from "./provider.ts";
import { providers } from "./providers.ts";
import { LlmProxy, type LlmProxyOptions } from "./proxy.ts";
import { ReadingRoom } from "./reading/reading-room.ts";
import { roomReader } from "./reading/room-reader.ts";

const TOKEN = "token_token_token_token_token";
const session = {
  actor: {
    agent: { instance: "s", name: "claude" },
    human: { assurance: "token" as const, id: "h", name: "Ada" },
  },
  id: "session-1",
  project: "default",
};

const ends: (() => Promise<unknown> | unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

interface Scene {
  readonly records: RecordDraft[];
  readonly bodies: { readonly role: string; readonly text: string }[];
  readonly tools: ToolWatch;
  readonly upstream: ModelServer;
  readonly url: string;
  readonly proxy: LlmProxy;
  /** From now on nothing can be recorded. */
  fail(): void;
}

async function scene(
  server: ModelServerOptions,
  more: Partial<LlmProxyOptions> & { decide?: (action: Action) => Decision; key?: string } = {},
): Promise<Scene> {
  const upstream = await ModelServer.start(server);
  ends.push(() => upstream.stop());
  const records: RecordDraft[] = [];
  const bodies: Scene["bodies"] = [];
  const tools = new ToolWatch();
  let next = 0;
  let failure: Error | undefined;
  const { decide, key, ...options } = more;
  const allow = (): Decision => ({ effect: "allow", policy: "p", reasons: [], rule: "r" });
  const door = (kind: ProviderKind) => ({
    allowed: new Set(["web_search"]),
    environment: "development" as const,
    ...(key === undefined ? undefined : { key }),
    provider: providers[kind],
    upstream: new URL(upstream.url),
  });
  const kinds: readonly ProviderKind[] = ["anthropic", "openai", "gemini"];
  const proxy = new LlmProxy({
    clock: { monotonicUs: () => performance.now() * 1000, nowUs: () => Date.now() * 1000 },
    decider: { decide: decide ?? allow },
    doors: new Map(kinds.map((kind) => [kind, door(kind)])),
    findSession: (token) => (token === TOKEN ? session : undefined),
    knownSecrets: () => ["hunter2hunter2"],
    newId: () => `id-${next++}`,
    priceOf: ({ input }) => ({ costMicros: input * 3, currency: "USD", prices: "test" }),
    reader: roomReader(
      new ReadingRoom(() => {
        const known = new Set<string>();
        return {
          addKnown: (_, value) => void known.add(value),
          redact: (text) => [...known].reduce((left, value) => left.replaceAll(value, "[secret]"), text),
        };
      }),
    ),
    recorder: {
      record: (drafts) => {
        if (failure !== undefined) return Promise.reject(failure);
        records.push(...drafts);
        return undefined;
      },
      settle: async () => {
        if (failure !== undefined) throw failure;
      },
    },
    reserve: (): BudgetVerdict => ({ settle: () => {} }),
    storeBody: async (_, { bytes, mediaType, role }) => {
      bodies.push({ role, text: Buffer.from(bytes).toString("utf8") });
      return { digest: `blob:${bodies.length}`, mediaType, role, size: bytes.length };
    },
    tools,
    ...options,
  });
  const listener: Server = createServer((request, response) => void proxy.serve(request, response));
  listener.on("upgrade", (_, socket) => proxy.refuseUpgrade(socket));
  await new Promise<void>((resolve) => listener.listen(0, "127.0.0.1", resolve));
  ends.push(() => {
    proxy.close();
    listener.closeAllConnections();
    return new Promise((resolve) => listener.close(resolve));
  });
  const url = `http://127.0.0.1:${(listener.address() as AddressInfo).port}`;
  const fail = () => {
    failure = new Error("the disk is full");
  };
  return { bodies, fail, proxy, records, tools, upstream, url };
}

const script = scripted({
  DELETE: [{ calls: [{ input: { command: "psql" }, name: "Bash" }], text: "I delete" }, { text: "done" }],
  FAIL: [{ error: { status: 529, times: 1 }, text: "now" }],
});

function messages(prompt: string, ...more: object[]) {
  return {
    max_tokens: 100,
    messages: [
      {
        content: [
          { text: "<system-reminder>be nice</system-reminder>", type: "text" },
          { cache_control: { type: "ephemeral" }, text: prompt, type: "text" },
        ],
        role: "user",
      },
      ...more,
    ],
    model: "claude-opus-5-5",
    stream: true,
    system: [{ text: "You are an agent", type: "text" }],
    tools: [{ description: "runs", input_schema: {}, name: "Bash" }],
  };
}

const post = (url: string, body: unknown, headers: Record<string, string> = {}) =>
  fetch(url, {
    body: typeof body === "string" ? body : JSON.stringify(body),
    headers: { "content-type": "application/json", "x-api-key": "sk-own-key", ...headers },
    method: "POST",
  });

const anthropicUrl = (url: string) => `${url}/${TOKEN}/anthropic/v1/messages?beta=true`;
const typesOf = (records: readonly RecordDraft[]) => records.map(({ type }) => type);

test("a request goes on as it is, and the thread of it is on record", async () => {
  const { bodies, records, tools, upstream, url } = await scene({ script });
  const first = messages("please DELETE, the word is hunter2hunter2");
  const answer = await post(anthropicUrl(url), first);
  const text = await answer.text();
  expect(text).toContain("message_stop");
  expect(upstream.requests[0]?.url).toBe("/v1/messages?beta=true");
  expect(upstream.requests[0]?.body.toString("utf8")).toBe(JSON.stringify(first));
  expect(upstream.requests[0]?.headers).toContain("sk-own-key");
  expect(typesOf(records)).toEqual([
    "model.request.requested",
    "prompt.submitted",
    "model.request.completed",
    "tool.call.requested",
  ]);
  const [requested, prompt, completed, call] = records;
  expect(prompt?.statement?.text).toBe("please DELETE, the word is [secret]");
  expect(prompt?.links).toEqual({ prompt: prompt?.action, request: requested?.action });
  expect(completed?.usage).toMatchObject({ cacheRead: 70, costMicros: 3600, input: 1200, output: 34 });
  expect(completed?.details).toMatchObject({
    requestId: expect.any(String),
    status: 200,
    stopReason: "tool_use",
    tools: ["Bash"],
  });
  expect(completed?.statement?.text).toBe("I delete");
  expect(completed?.blobs?.map(({ role }) => role)).toEqual(["exchange"]);
  expect(call?.statement?.text).toBe('{"command":"psql"}');
  const tool = call?.links.tool as string;
  expect(tools.running(session.id)).toEqual({ prompt: prompt?.action, tool });

  const assistant = {
    content: [
      { text: "I delete", type: "text" },
      { id: tool, input: { command: "psql" }, name: "Bash", type: "tool_use" },
    ],
    role: "assistant",
  };
  const result = {
    content: [{ content: "DELETE 7, hunter2hunter2", tool_use_id: tool, type: "tool_result" }],
    role: "user",
  };
  await (
    await post(anthropicUrl(url), messages("please DELETE, the word is hunter2hunter2", assistant, result))
  ).text();
  expect(typesOf(records.slice(4))).toEqual([
    "model.request.requested",
    "tool.call.completed",
    "model.request.completed",
  ]);
  expect(records[5]).toMatchObject({
    action: call?.action,
    details: { isError: false, name: "Bash", result: "DELETE 7, [secret]" },
  });
  expect(tools.running(session.id)).toBeUndefined();
  // What was said before is stored once: the second request adds the result alone.
  const stored = JSON.parse(bodies[1]?.text ?? "") as {
    request: { added: { kind: string }[]; blocks: string };
  };
  expect(stored.request.added.map(({ kind }) => kind)).toEqual(["tool-result"]);
  expect(bodies.map(({ text }) => text).join("")).not.toContain("hunter2");
  expect(JSON.stringify(records)).not.toContain("hunter2");
});

test("a call that was broken off does not run any more once somebody says something new behind it", async () => {
  const { tools, url } = await scene({ script });
  await (await post(anthropicUrl(url), messages("please DELETE"))).text();
  const running = tools.running(session.id);
  // Another conversation of the same session, as of a program that wants a title.
  await (await post(anthropicUrl(url), messages("a title, please"))).text();
  expect(tools.running(session.id)).toBe(running);
  const call = { id: running?.tool, input: { command: "psql" }, name: "Bash", type: "tool_use" };
  const more = [
    { content: [call], role: "assistant" },
    { content: "never mind", role: "user" },
  ];
  await (await post(anthropicUrl(url), messages("please DELETE", ...more))).text();
  expect(tools.running(session.id)).toBeUndefined();
});

test("a stream that comes a byte at a time leaves the same records, and reaches the client as it came", async () => {
  const step = {
    calls: [{ input: { a: "\u{1f642}" }, name: "Bash" }],
    text: "Zeile — \u{1f642}",
    thinking: "hm",
  };
  const stream = Buffer.from(anthropicAnswer(step, "m", (prefix) => `${prefix}1`).events.join(""));
  const answered = async (size: number) => {
    const { records, url } = await scene({
      intercept: (_, response) => {
        response.writeHead(200, { "Content-Type": "text/event-stream" });
        response.socket?.setNoDelay(true);
        void (async () => {
          for (let at = 0; at < stream.length; at += size) {
            response.write(stream.subarray(at, at + size));
            await new Promise((resolve) => setImmediate(resolve));
          }
          response.end();
        })();
        return true;
      },
      script,
    });
    const answer = await post(anthropicUrl(url), messages("x"));
    expect(Buffer.from(await answer.arrayBuffer())).toEqual(stream);
    return records.map(({ details = {}, statement, type, usage }) => {
      const { firstByteUs: _, ...rest } = details;
      return { rest, statement, type, usage };
    });
  };
  const whole = await answered(stream.length);
  expect(whole.map(({ type }) => type)).toContain("tool.call.requested");
  expect(await answered(1)).toEqual(whole);
});

test("what a client sends again after an error is another request, and no other prompt", async () => {
  const { records, url } = await scene({ script });
  for (const status of [529, 200]) {
    const answer = await post(anthropicUrl(url), messages("FAIL first"));
    expect(answer.status).toBe(status);
    await answer.text();
  }
  expect(typesOf(records)).toEqual([
    "model.request.requested",
    "prompt.submitted",
    "model.request.failed",
    "model.request.requested",
    "model.request.completed",
  ]);
  expect(records[2]?.details).toMatchObject({
    error: "scripted 529",
    errorType: "overloaded_error",
    status: 529,
  });
});

test("a refusal is a 400 in the provider's own words, and the provider hears nothing", async () => {
  const decide = (): Decision => ({
    effect: "deny",
    policy: "p",
    reasons: ["no models today"],
    rule: "no-models",
  });
  const { records, upstream, url } = await scene({ script }, { decide });
  const paths = {
    anthropic: "anthropic/v1/messages",
    chat: "openai/v1/chat/completions",
    gemini: "gemini/v1beta/models/gemini-x:generateContent",
    responses: "openai/v1/responses",
  };
  for (const path of Object.values(paths)) {
    const answer = await post(`${url}/${TOKEN}/${path}`, { model: "m" });
    expect(answer.status).toBe(400);
    const { error } = (await answer.json()) as { error: { message: string } };
    expect(error.message).toContain("no models today");
  }
  expect(upstream.requests).toEqual([]);
  expect(typesOf(records)).toEqual(
    Object.keys(paths).flatMap(() => ["model.request.requested", "model.request.denied"]),
  );
});

test("what works on where nobody sees it is refused, unless it is allowed", async () => {
  const { records, upstream, url } = await scene({ script });
  const rules = async (path: string, body: object) => {
    const answer = await post(`${url}/${TOKEN}/${path}`, body);
    await answer.text();
    return [answer.status, records.at(-1)?.decision?.rule];
  };
  const refused = [400, "builtin:outside-the-record"];
  expect(await rules("anthropic/v1/messages/batches", {})).toEqual(refused);
  expect(await rules("openai/v1/files", {})).toEqual(refused);
  expect(await rules("openai/v1/responses", { background: true, input: "x", model: "m" })).toEqual(refused);
  expect(
    await rules("openai/v1/responses", { input: "x", model: "m", tools: [{ type: "code_interpreter" }] }),
  ).toEqual(refused);
  const hidden = {
    name: "n",
    tools: [{ tools: [{ type: "code_interpreter" }], type: "namespace" }],
    type: "namespace",
  };
  const added = { input: [{ role: "developer", tools: [hidden], type: "additional_tools" }], model: "m" };
  expect(await rules("openai/v1/responses", added)).toEqual(refused);
  const stored = { input: "x", model: "m", previous_response_id: "resp_of_somebody" };
  expect(await rules("openai/v1/responses", stored)).toEqual(refused);
  const cached = { cachedContent: "cachedContents/x", contents: [] };
  expect(await rules("gemini/v1beta/models/m:generateContent", cached)).toEqual(refused);
  expect(await rules("openai/v1/chat/completions", { tools: [{ type: "mcp" }] })).toEqual(refused);
  expect(await rules("gemini/v1beta/models/m:batchGenerateContent", {})).toEqual(refused);
  expect(
    await rules("anthropic/v1/messages", { tools: [{ name: "c", type: "code_execution_20250825" }] }),
  ).toEqual(refused);
  expect(await rules("anthropic/v1/messages", "{" as never)).toEqual([400, "builtin:unreadable"]);
  expect(upstream.requests).toEqual([]);
  expect(
    await rules("openai/v1/responses", { input: "x", model: "m", tools: [{ type: "web_search" }] }),
  ).toEqual([200, "r"]);
  // A path that could be read in two ways leads nowhere.
  for (const path of [
    "anthropic/v1/%2e%2e/v1/files",
    "anthropic//v1/files",
    "anthropic/v1%2ffiles",
    "anthropic/v1\\files",
  ])
    expect((await post(`${url}/${TOKEN}/${path}`, {})).status).not.toBe(200);
});

test("other calls pass as they are", async () => {
  const { records, upstream, url } = await scene({ script });
  expect((await fetch(`${url}/${TOKEN}/anthropic/v1/models?limit=2`)).status).toBe(200);
  expect((await post(`${url}/${TOKEN}/openai/v1/analytics/codex/turn-costs`, { turn_ids: [] })).status).toBe(
    404,
  );
  expect(upstream.requests.map(({ url: path }) => path)).toEqual([
    "/v1/models?limit=2",
    "/v1/analytics/codex/turn-costs",
  ]);
  expect(typesOf(records)).toEqual([
    "model.request.requested",
    "model.request.completed",
    "model.request.requested",
    "model.request.failed",
  ]);
});

test("nobody gets in without a token, and an unknown address leads nowhere", async () => {
  const { records, upstream, url } = await scene({ script });
  expect((await post(`${url}/other_token_other_token/anthropic/v1/messages`, {})).status).toBe(401);
  expect((await fetch(`${url}/`)).status).toBe(404);
  expect(upstream.requests).toEqual([]);
  expect(typesOf(records)).toEqual(["model.request.refused"]);
  expect(JSON.stringify(records)).not.toContain("other_token");
});

test("a key that the gateway holds takes the place of whatever the client shows", async () => {
  const { upstream, url } = await scene({ script }, { key: "sk-held" });
  await (await post(anthropicUrl(url), messages("x"), { authorization: `Bearer ${TOKEN}` })).text();
  await (
    await post(`${url}/${TOKEN}/gemini/v1beta/models/m:generateContent?key=own&alt=sse`, { contents: [] })
  ).text();
  const sent = JSON.stringify(upstream.requests);
  expect(sent).not.toContain("sk-own-key");
  expect(sent).not.toContain(TOKEN);
  expect(upstream.requests[0]?.headers).toContain("sk-held");
  expect(upstream.requests[1]?.url).toBe("/v1beta/models/m:generateContent?alt=sse");
});

test("a sub-agent is a session of its own, below the one that began it", async () => {
  const { records, url } = await scene({ script });
  for (const agent of ["a1", "a1", "a2"])
    await (
      await post(anthropicUrl(url), messages(`for ${agent}`), { "x-claude-code-agent-id": agent })
    ).text();
  const started = records.filter(({ type }) => type === "session.started");
  expect(started.map(({ parentSession }) => parentSession)).toEqual([session.id, session.id]);
  expect(started[0]?.actor.agent).toMatchObject({ name: "claude", parent: "s" });
  const of = (id: string | undefined) =>
    records.filter((record) => record.session === id && record.type === "prompt.submitted");
  expect(of(started[0]?.session)).toHaveLength(1);
  expect(of(started[1]?.session)).toHaveLength(1);
});

test("a provider that ends in the middle is on record, and the client's stream is cut", async () => {
  const { records, url } = await scene({
    intercept: (_, response) => {
      response.writeHead(200, { "Content-Type": "text/event-stream" });
      response.write(
        'event: message_start\ndata: {"type":"message_start","message":{"id":"m","usage":{"input_tokens":3,"output_tokens":1}}}\n\n',
      );
      setTimeout(() => response.destroy(), 30);
      return true;
    },
    script,
  });
  const answer = await post(anthropicUrl(url), messages("x"));
  await expect(answer.text()).rejects.toThrow();
  await expect.poll(() => typesOf(records).at(-1)).toBe("model.request.failed");
  expect(records.at(-1)?.usage).toMatchObject({ input: 3, output: 1 });
  expect(records.at(-1)?.details).toMatchObject({ connection: expect.any(String), isWhole: false });
});

test("a provider that never answers ends in its time", async () => {
  const { records, url } = await scene({ intercept: () => true, script }, { silenceMs: 100 });
  const answer = await post(anthropicUrl(url), messages("x"));
  expect(answer.status).toBe(502);
  expect(((await answer.json()) as { error: { message: string } }).error.message).toContain(
    "sent nothing for 0.1 seconds",
  );
  expect(typesOf(records).at(-1)).toBe("model.request.failed");
});

test("a client that goes away ends the request at the provider's", async () => {
  let isClosed = false;
  const { records, url } = await scene({
    intercept: (_, response) => {
      response.writeHead(200, { "Content-Type": "text/event-stream" });
      response.write("event: ping\ndata: {}\n\n");
      response.on("close", () => {
        isClosed = true;
      });
      return true;
    },
    script,
  });
  const gone = new AbortController();
  const answer = await fetch(anthropicUrl(url), {
    body: JSON.stringify(messages("x")),
    method: "POST",
    signal: gone.signal,
  });
  await answer.body?.getReader().read();
  gone.abort();
  await expect.poll(() => typesOf(records).at(-1)).toBe("model.request.cancelled");
  await expect.poll(() => isClosed).toBe(true);
});

test("when a session ends, so does what is being answered to it", async () => {
  const { proxy, records, url } = await scene({
    intercept: (_, response) => {
      response.writeHead(200, { "Content-Type": "text/event-stream" });
      response.write("event: ping\ndata: {}\n\n");
      return true;
    },
    script,
  });
  const answer = await post(anthropicUrl(url), messages("x"), { "x-claude-code-agent-id": "a1" });
  const reader = answer.body?.getReader();
  await reader?.read();
  proxy.endSession("another session");
  expect(proxy.requestCount).toBe(1);
  proxy.endSession(session.id);
  await expect(reader?.read()).rejects.toThrow();
  await expect.poll(() => typesOf(records).at(-1)).toBe("model.request.cancelled");
  await expect.poll(() => proxy.requestCount).toBe(0);
});

test("when nothing can be recorded, nothing is asked, and a stream that runs does not come to its end", async () => {
  const { fail, records, upstream, url } = await scene({
    intercept: ({ body }, response) => {
      if (!body.toString("utf8").includes("slow")) return false;
      response.writeHead(200, { "Content-Type": "text/event-stream" });
      response.write('data: {"type":"ping"}\n\n');
      setTimeout(() => response.end('data: {"type":"message_stop"}\n\n'), 200);
      return true;
    },
    script,
  });
  const running = await post(anthropicUrl(url), messages("slow"));
  const reading = running.text().catch((error: Error) => error);
  fail();
  const answer = await post(anthropicUrl(url), messages("x"));
  expect(answer.status).toBe(503);
  expect(((await answer.json()) as { error: { type: string } }).error.type).toBe("overloaded_error");
  expect(upstream.requests).toHaveLength(1);
  expect(await reading).toBeInstanceOf(Error);
  expect(typesOf(records)).not.toContain("model.request.completed");
});

test("a client that asks for a WebSocket is told to come without", async () => {
  const { url } = await scene({ script });
  const { port } = new URL(url);
  const answer = await new Promise<string>((resolve) => {
    const socket = connect(Number(port), "127.0.0.1", () =>
      socket.write(
        `GET /${TOKEN}/openai/v1/responses HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n`,
      ),
    );
    socket.on("data", (data) => resolve(data.toString()));
  });
  expect(answer).toMatch(/^HTTP\/1\.1 426 /);
});

test("a client that breaks off while it asks for a WebSocket ends nothing but itself", async () => {
  const { url } = await scene({ script });
  const { port } = new URL(url);
  for (let n = 0; n < 20; n += 1)
    await new Promise<void>((resolve) => {
      const socket = connect(Number(port), "127.0.0.1", () => {
        socket.write("GET /x HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n");
        socket.resetAndDestroy();
      });
      socket.on("error", () => {});
      socket.on("close", () => resolve());
    });
  await (await post(anthropicUrl(url), messages("still there"))).text();
});

test("a text that only speaks of the last event does not end the record, nor what it costs", async () => {
  const settled: unknown[] = [];
  const reserve = (): BudgetVerdict => ({ settle: (took) => void settled.push(took) });
  const step = { calls: [{ input: { a: 1 }, name: "message_stop" }], text: '"message_stop" and [DONE]' };
  const stream = anthropicAnswer(step, "m", (prefix) => `${prefix}1`).events.join("");
  const { records, url } = await scene(
    {
      intercept: (_, response) => {
        response.writeHead(200, { "Content-Type": "text/event-stream" });
        response.end(stream);
        return true;
      },
      script,
    },
    { reserve },
  );
  expect(await (await post(anthropicUrl(url), messages("x"))).text()).toBe(stream);
  const [final] = records.filter(({ type }) => type === "model.request.completed");
  expect(final?.details).toMatchObject({ isWhole: true, tools: ["message_stop"] });
  expect(settled).toMatchObject([{ input: 1200, output: 34 }]);
});

test("what a provider sends behind the last event does not reach the client", async () => {
  const stream = anthropicAnswer({ text: "a" }, "m", (prefix) => `${prefix}1`).events.join("");
  const { records, url } = await scene({
    intercept: (_, response) => {
      response.writeHead(200, { "Content-Type": "text/event-stream" });
      response.write(stream);
      setTimeout(
        () => response.end('data: {"type":"content_block_delta","delta":{"text":"unseen"}}\n\n'),
        100,
      );
      return true;
    },
    script,
  });
  const answer = await post(anthropicUrl(url), messages("x"));
  await expect(answer.text()).rejects.toThrow();
  expect(typesOf(records).at(-1)).toBe("model.request.completed");
});

test("usage that never comes counts as the most that was set aside, unless nothing can have been taken", async () => {
  const settled: unknown[] = [];
  const reserve = (): BudgetVerdict => ({ settle: (took) => void settled.push(took) });
  const { proxy, records, upstream, url } = await scene({ script }, { reserve });
  const chat = `${url}/${TOKEN}/openai/v1/chat/completions`;
  const body = { messages: [{ content: "hi", role: "user" }], model: "m", stream: true };
  await (await post(chat, body)).text();
  await (await post(chat, { ...body, stream_options: { include_usage: true } })).text();
  await expect.poll(() => proxy.requestCount).toBe(0);
  expect(settled).toMatchObject(["most", { input: 1200 }]);
  expect(records.find(({ type }) => type === "model.request.completed")?.details).toMatchObject({
    isUsageUnknown: true,
  });
  await upstream.stop();
  expect((await post(chat, body)).status).toBe(502);
  expect(settled[2]).toBeUndefined();
  expect(settled).toHaveLength(3);
});

test("a provider whose answer is none ends in an error, on record, and settled", async () => {
  for (const head of [
    "HTTP/1.1 099 Odd\r\n\r\n",
    "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n",
    "",
  ]) {
    const settled: unknown[] = [];
    const { proxy, records, url } = await scene(
      {
        intercept: (_, response) => {
          response.socket?.end(head);
          return true;
        },
        script,
      },
      { reserve: (): BudgetVerdict => ({ settle: (took) => void settled.push(took) }) },
    );
    const answer = await post(anthropicUrl(url), messages("x"));
    expect(answer.status).toBe(502);
    await answer.text();
    await expect.poll(() => proxy.requestCount).toBe(0);
    expect(typesOf(records).at(-1)).toBe("model.request.failed");
    expect(settled).toHaveLength(1);
  }
});

test("a body that is nested too deeply, or a bomb, is refused and settled", async () => {
  const { records, upstream, url } = await scene({ script });
  const deep = `{"model":"m","metadata":${"[".repeat(100_000)}${"]".repeat(100_000)}}`;
  expect((await post(anthropicUrl(url), deep)).status).toBe(400);
  // A frame of zstd with a window of 8 MiB and nothing but repeated blocks (RFC 8878).
  const header = Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x68]);
  const block = Buffer.from([0x02, 0x00, 0x10, 0x20]);
  const bomb = Buffer.concat([header, ...Array.from({ length: 1000 }, () => block)]);
  const bombed = await fetch(anthropicUrl(url), {
    body: bomb,
    headers: { "content-encoding": "zstd", "content-type": "application/json" },
    method: "POST",
  });
  expect(bombed.status).toBe(400);
  expect(upstream.requests).toEqual([]);
  expect(records.map(({ decision }) => decision?.rule)).toEqual(Array(4).fill("builtin:unreadable"));
  expect(records[3]?.decision?.reasons[0]).toMatch(/more than 67108864 bytes/);
});

test("what was said in an exchange that is not on record is stored by the next one", async () => {
  let isBroken = true;
  const stored: string[] = [];
  const { url } = await scene(
    { script },
    {
      storeBody: async (_, { bytes, mediaType, role }) => {
        if (isBroken) throw new Error("this body cannot be stored");
        stored.push(Buffer.from(bytes).toString());
        return { digest: "b", mediaType, role, size: bytes.length };
      },
    },
  );
  await (await post(anthropicUrl(url), messages("the word is tangerine"))).text().catch(() => "");
  isBroken = false;
  await (await post(anthropicUrl(url), messages("the word is tangerine"))).text();
  await (await post(anthropicUrl(url), messages("the word is tangerine"))).text();
  expect(stored.map((text) => text.includes("tangerine"))).toEqual([true, false]);
});

test("those who knock again and again are counted", async () => {
  const { records, url } = await scene({ script });
  for (let n = 0; n < 20; n += 1) await (await fetch(`${url}/nowhere`)).text();
  expect(records.map(({ details }) => details)).toMatchObject([{ count: 1, reason: "no such address" }]);
});

test("compressed answers, and answers that are no stream, are read as well", async () => {
  const { records, url } = await scene({ isGzip: true, script });
  const { stream: _, ...body } = messages("please DELETE");
  const answer = await post(anthropicUrl(url), body);
  expect(((await answer.json()) as { type: string }).type).toBe("message");
  expect(records.find(({ type }) => type === "model.request.completed")?.usage?.input).toBe(1200);
});

test("a budget is asked for the most, and told what it was", async () => {
  const asked: unknown[] = [];
  const settled: unknown[] = [];
  const reserve = (_: unknown, most: { outputTokens: number }): BudgetVerdict => {
    asked.push(most);
    const settle = (took: unknown) => void settled.push(took);
    return most.outputTokens > 500
      ? { refusal: { reason: "the budget is used up", rule: "budget:day" }, settle }
      : { settle };
  };
  const { records, upstream, url } = await scene({ script }, { reserve });
  await (await post(anthropicUrl(url), messages("x"))).text();
  expect(asked[0]).toMatchObject({ model: "claude-opus-5-5", outputTokens: 100, provider: "anthropic" });
  expect(settled[0]).toMatchObject({ input: 1200, output: 34 });
  const answer = await post(anthropicUrl(url), { ...messages("y"), max_tokens: 501 });
  expect(answer.status).toBe(400);
  expect(await answer.text()).toContain("the budget is used up");
  expect(records.at(-1)?.decision?.rule).toBe("budget:day");
  expect(upstream.requests).toHaveLength(1);
});

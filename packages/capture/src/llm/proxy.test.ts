import { connect } from "node:net";
import type { Decision } from "@custody/domain";
import { expect, test } from "vitest";
import { anthropicAnswer } from "../../../../test/models/anthropic.ts";
import {
  anthropicUrl,
  messages,
  post,
  scene,
  script,
  session,
  TOKEN,
  typesOf,
} from "../../../../test/models/proxy-scene.ts";

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

test("compressed answers, and answers that are no stream, are read as well", async () => {
  const { records, url } = await scene({ isGzip: true, script });
  const { stream: _, ...body } = messages("please DELETE");
  const answer = await post(anthropicUrl(url), body);
  expect(((await answer.json()) as { type: string }).type).toBe("message");
  expect(records.find(({ type }) => type === "model.request.completed")?.usage?.input).toBe(1200);
});

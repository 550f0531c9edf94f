import { connect } from "node:net";
import { expect, test } from "vitest";
import { anthropicAnswer } from "../../../../test/models/anthropic.ts";
import {
  anthropicUrl,
  messages,
  post,
  scene,
  script,
  session,
  typesOf,
} from "../../../../test/models/proxy-scene.ts";
import type { BudgetVerdict } from "./context.ts";

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

test("nothing is asked of the provider before the request is on record, and safe where tools work out there", async () => {
  const safeties: string[] = [];
  let write = () => {};
  const { upstream, url } = await scene(
    { script },
    {
      recorder: {
        record: ([draft], safety) => {
          if (draft?.type !== "model.request.requested") return undefined;
          safeties.push(safety);
          return new Promise<void>((resolve) => {
            write = resolve;
          });
        },
        settle: async () => {},
      },
    },
  );
  const tools = [{ name: "web_search", type: "web_search_20250305" }];
  for (const body of [messages("x"), { ...messages("y"), tools }]) {
    const before = upstream.requests.length;
    const answer = post(anthropicUrl(url), body);
    const count = safeties.length;
    await expect.poll(() => safeties.length).toBe(count + 1);
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(upstream.requests.length).toBe(before);
    write();
    expect((await answer).status).toBe(200);
    expect(upstream.requests.length).toBe(before + 1);
  }
  expect(safeties).toEqual(["written", "durable"]);
});

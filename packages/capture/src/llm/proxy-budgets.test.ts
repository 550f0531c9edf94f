import { expect, test } from "vitest";
import { anthropicAnswer } from "../../../../test/models/anthropic.ts";
import { anthropicUrl, messages, post, scene, script, TOKEN } from "../../../../test/models/proxy-scene.ts";
import type { BudgetVerdict } from "./context.ts";

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

test("usage that never comes counts as the most that was set aside, unless nothing can have been taken", async () => {
  const settled: unknown[] = [];
  const setAside = { costMicros: 7, tokens: 1234 };
  const reserve = (): BudgetVerdict => ({ setAside, settle: (took) => void settled.push(took) });
  const { proxy, records, upstream, url } = await scene({ script }, { reserve });
  const chat = `${url}/${TOKEN}/openai/v1/chat/completions`;
  const body = { messages: [{ content: "hi", role: "user" }], model: "m", stream: true };
  await (await post(chat, body)).text();
  await (await post(chat, { ...body, stream_options: { include_usage: true } })).text();
  await expect.poll(() => proxy.requestCount).toBe(0);
  expect(settled).toMatchObject(["most", { input: 1200 }]);
  // So that it counts as much after a restart.
  const recorded = { setAsideCostMicros: 7, setAsideTokens: 1234 };
  expect(records.find(({ type }) => type === "model.request.requested")?.details).toMatchObject(recorded);
  const [unknown, known] = records.filter(({ type }) => type === "model.request.completed");
  expect(unknown?.details).toMatchObject({ ...recorded, isUsageUnknown: true });
  expect(Object.keys(known?.details ?? {})).not.toContain("setAsideTokens");
  await upstream.stop();
  expect((await post(chat, body)).status).toBe(502);
  expect(settled[2]).toBeUndefined();
  expect(settled).toHaveLength(3);
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

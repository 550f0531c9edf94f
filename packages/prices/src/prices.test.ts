import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import fc from "fast-check";
import { expect, test } from "vitest";
import * as face from "./index.ts";
import { TABLE_NAME } from "./price-table.ts";
import { createPrices, type PricedTokens } from "./prices.ts";

const AT_MS = Date.UTC(2026, 10, 1);
const prices = createPrices();

function tokens(provider: string, model: string, given: Partial<PricedTokens> = {}): PricedTokens {
  return { cacheRead: 0, cacheWrite: 0, input: 0, output: 0, reasoning: 0, ...given, model, provider };
}

test("the package shows this, and nothing else", () => {
  expect(Object.keys(face).sort()).toEqual(["PRICE_DIGITS", "createPrices"]);
});

test("a price names the version of the table that it is from", () => {
  const manifest = new URL("../../../node_modules/@pydantic/genai-prices/package.json", import.meta.url);
  const { version } = JSON.parse(readFileSync(manifest, "utf8")) as { version: string };
  expect(TABLE_NAME).toBe(`genai-prices ${version}`);
  expect(prices.priceOf(tokens("openai", "gpt-5"), AT_MS).prices).toBe(TABLE_NAME);
});

// By the providers' own price lists: $3, $0.30, $3.75 or $6, $15; above 200,000 tokens of input $6, $0.60, $7.50, $22.50.
test.each<[what: string, given: PricedTokens, micros: number]>([
  [
    "input, cache and output, each at its own price",
    tokens("anthropic", "claude-sonnet-4-5-20250929", {
      cacheRead: 100,
      cacheWrite: 50,
      input: 850,
      output: 10,
    }),
    2918, // 2550 + 30 + 187.5 + 150 = 2917.5
  ],
  [
    "what is kept for an hour",
    tokens("anthropic", "claude-sonnet-4-5", { cacheWrite: 100, cacheWriteHour: 60 }),
    60 * 6 + 40 * 3.75,
  ],
  [
    "a request above the tier, in whole, also when a cache had most of it",
    tokens("anthropic", "claude-sonnet-4-5", { cacheRead: 200_000, input: 1, output: 2 }),
    6 + 120_000 + 45,
  ],
  [
    "a request exactly at the tier",
    tokens("anthropic", "claude-sonnet-4-5", { cacheRead: 199_999, input: 1, output: 2 }),
    60_033, // 3 + 59,999.7 + 30 = 60,032.7
  ],
  ["reasoning, as output", tokens("openai", "gpt-5", { input: 8, output: 30, reasoning: 20 }), 310],
  ["the provider's other name", tokens("gemini", "gemini-2.5-pro", { input: 4, output: 1 }), 15],
  ["nothing", tokens("openai", "gpt-5"), 0],
])("%s", (_what, given, micros) => {
  expect(prices.priceOf(given, AT_MS)).toEqual({ costMicros: micros, currency: "USD", prices: TABLE_NAME });
});

test("a half is rounded upwards, once for the sum", () => {
  const half = createPrices([{ input: 0.5, model: "m", output: 0.25, provider: "openai" }]);
  const cost = (input: number, output: number) =>
    half.priceOf(tokens("openai", "m", { input, output }), AT_MS).costMicros;
  expect([cost(1, 0), cost(0, 1), cost(1, 1), cost(3, 2), cost(1, 2)]).toEqual([1, 0, 1, 2, 1]);
});

test("what nobody knows a price of is unpriced, and not free", () => {
  const unknown = { costMicros: null, currency: "USD", prices: TABLE_NAME };
  expect(prices.priceOf(tokens("openai", "house-model", { input: 5 }), AT_MS)).toEqual(unknown);
  expect(prices.priceOf(tokens("nobody", "house-model", { input: 5 }), AT_MS)).toEqual(unknown);
  expect(prices.priceOf(tokens("openai", `gpt-5${"x".repeat(100_000)}`), AT_MS)).toEqual(unknown);
  for (const input of [-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY]) {
    expect(prices.priceOf(tokens("openai", "gpt-5", { input }), AT_MS)).toEqual(unknown);
    const bounds = { inputTokensAtMost: input, outputTokensAtMost: 1 };
    expect(prices.mostOf({ ...bounds, model: "gpt-5", provider: "openai" }, AT_MS)).toEqual(unknown);
  }
  const most = { inputTokensAtMost: 5, model: "house-model", outputTokensAtMost: 5, provider: "openai" };
  expect(prices.mostOf(most, AT_MS)).toEqual(unknown);
});

test("prices of one's own hold first, and what they leave out costs as much as other input", () => {
  const own = createPrices([
    { cacheRead: 0, input: 1, model: "House-Model", output: 2, provider: "openai" },
    { input: 10, model: "house-*", output: 20, provider: "openai" },
    { input: 0, model: "gpt-5", output: 0, provider: "OpenAI" },
  ]);
  const used = { cacheRead: 100, cacheWrite: 10, input: 1, output: 1 };
  const cost = (model: string) => own.priceOf(tokens("openai", model, used), AT_MS);
  expect(cost("house-model")).toEqual({ costMicros: 13, currency: "USD", prices: "custody.yaml" });
  expect(cost("house-model-2").costMicros).toBe(1110 + 20);
  expect(cost("gpt-5").costMicros).toBe(0);
  expect(own.priceOf(tokens("anthropic", "house-model", used), AT_MS).costMicros).toBeNull();
});

/** Plain arithmetic on decimal texts: tokens times each digit. */
function naiveMicros(parts: readonly (readonly [tokens: number, hundredths: number])[]): number {
  const hundredths = parts.reduce((sum, [count, each]) => sum + BigInt(count) * BigInt(each), 0n);
  return Number((hundredths + 50n) / 100n);
}

const count = fc.integer({ max: 1_000_000_000, min: 0 });
const hundredths = fc.integer({ max: 100_000, min: 0 });

test("sums are exact, however many tokens there are", () => {
  fc.assert(
    fc.property(
      count,
      count,
      count,
      count,
      fc.tuple(hundredths, hundredths, hundredths, hundredths),
      (input, cacheRead, cacheWrite, output, [a, b, c, d]) => {
        const own = createPrices([
          {
            cacheRead: b / 100,
            cacheWrite: c / 100,
            input: a / 100,
            model: "m",
            output: d / 100,
            provider: "p",
          },
        ]);
        const used = tokens("p", "m", { cacheRead, cacheWrite, input, output });
        const parts = [
          [input, a],
          [cacheRead, b],
          [cacheWrite, c],
          [output, d],
        ] as const;
        expect(own.priceOf(used, AT_MS).costMicros).toBe(naiveMicros(parts));
      },
    ),
  );
});

test("nothing costs more than the most that was said before", () => {
  const models = fc.constantFrom(
    ["anthropic", "claude-sonnet-4-5"],
    ["anthropic", "claude-opus-4-7"],
    ["openai", "gpt-5"],
    ["gemini", "gemini-2.5-pro"],
  );
  const few = fc.integer({ max: 150_000, min: 0 });
  fc.assert(
    fc.property(
      models,
      few,
      few,
      few,
      few,
      few,
      few,
      ([provider, model], input, read, write, hour, output, reasoning) => {
        const used = tokens(provider as string, model as string, {
          cacheRead: read,
          cacheWrite: write,
          cacheWriteHour: hour,
          input,
          output,
          reasoning,
        });
        const bounds = { inputTokensAtMost: input + read + write, outputTokensAtMost: output };
        const most = prices.mostOf(
          { ...bounds, model: model as string, provider: provider as string },
          AT_MS,
        );
        expect(prices.priceOf(used, AT_MS).costMicros).toBeLessThanOrEqual(most.costMicros as number);
      },
    ),
  );
});

test("no price changes within a minute, so that what was found holds until its end", () => {
  const table = createRequire(import.meta.url).resolve("@pydantic/genai-prices");
  const times = readFileSync(table, "utf8").match(/\b(?:start|end)_time: ?"[^"]*"/g) ?? [];
  expect(times.length).toBeGreaterThan(0);
  expect(times.filter((time) => !/"\d\d:\d\d:00Z"$/.test(time))).toEqual([]);
});

test("what was found for one time, provider and model is not said of another", () => {
  const offPeak = Date.UTC(2025, 6, 1, 17, 0);
  const peak = Date.UTC(2025, 6, 1, 12, 0);
  const costs = (provider: string, model: string, atMs: number) =>
    createPrices().priceOf(tokens(provider, model, { input: 1_000_000, output: 1_000_000 }), atMs).costMicros;
  const asked: readonly [string, string, number][] = [
    ["deepseek", "deepseek-chat", peak],
    ["deepseek", "deepseek-chat", offPeak],
    ["openai", "gpt-5", peak],
    ["anthropic", "gpt-5", peak],
    ["anthropic", "claude-sonnet-4-5", peak],
  ];
  const once = asked.map((each) => costs(...each));
  expect(once[0]).not.toBe(once[1]);
  expect(new Set(once).size).toBe(asked.length);
  // Beyond what is remembered, and back.
  for (let at = 0; at < 300; at += 1) costs("openai", `nobody's-${at}`, peak);
  expect(asked.map((each) => costs(...each))).toEqual(once);
});

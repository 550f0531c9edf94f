import { expect, test } from "vitest";
import { ownPricesSchema } from "./prices-schema.ts";

const price = { input: 3, model: "house-*", output: 15.25, provider: "openai" };

test("prices are taken as they are written", () => {
  const own = [price, { ...price, cacheRead: 0.3, cacheWrite: 3.75, model: "House-Model" }];
  expect(ownPricesSchema.parse(own)).toEqual(own);
});

test.each<[what: string, own: unknown, why: RegExp]>([
  ["an unknown key", { ...price, cached: 1 }, /cached/],
  ["a price below zero", { ...price, input: -1 }, />=0/],
  ["a price in cents of a token", { ...price, output: 2_000_000 }, /<=100000/],
  ["more digits than are counted", { ...price, input: 0.1234567890123 }, /12 digits/],
  ["a star in the middle", { ...price, model: "a*b" }, /at the end only/],
  ["no model", { ...price, model: "" }, /model/],
])("%s is refused", (_what, own, why) => {
  const { error } = ownPricesSchema.safeParse([own]);
  expect(JSON.stringify(error?.issues)).toMatch(why);
});

test("a model has one price", () => {
  const { error } = ownPricesSchema.safeParse([price, { ...price, model: "HOUSE-*" }]);
  expect(error?.issues).toMatchObject([{ message: "another price is for this model", path: [1, "model"] }]);
});

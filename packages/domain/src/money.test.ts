import { expect, test } from "vitest";
import { moneyText } from "./money.ts";

test.each([
  [0, "0.00 USD"],
  [1, "0.000001 USD"],
  [10_000, "0.01 USD"],
  [4_200_000, "4.20 USD"],
  [4_230_100, "4.2301 USD"],
  [1_234_567_890_123, "1234567.890123 USD"],
])("%d millionths are %s", (micros, text) => {
  expect(moneyText(micros)).toBe(text);
});

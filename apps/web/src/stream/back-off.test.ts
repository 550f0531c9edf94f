import { expect, test } from "vitest";
import { backOffMs } from "./back-off.ts";

test("each failure makes the pause longer, up to a limit, and chance spreads it", () => {
  expect([0, 1, 2, 20].map((failures) => backOffMs(failures, 1))).toEqual([500, 1000, 2000, 15_000]);
  expect(backOffMs(0, 0)).toBe(250);
});

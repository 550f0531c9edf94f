import { expect, test } from "vitest";
import { LogRates } from "./log-rates.ts";

test("a token has room for a while, then as much as comes back, and another token has its own", () => {
  const rates = new LogRates();
  const take = (records: number, nowMs: number, token = "one") =>
    rates.take(token, { bytes: 1, records }, nowMs);
  for (let turn = 0; turn < 4; turn += 1) take(10_000, 0);
  expect(() => take(4000, 0)).toThrow(
    expect.objectContaining({ code: "too-much-reported", details: { retryAfter: 2 } }),
  );
  expect(() => take(4000, 1000)).toThrow(expect.objectContaining({ details: { retryAfter: 1 } }));
  take(4000, 2000);
  take(10_000, 2000, "other");
  expect(() => take(1, 1000)).toThrow();
  rates.take("bytes", { bytes: 64 * 1024 * 1024, records: 1 }, 0);
  expect(() => rates.take("bytes", { bytes: 4 * 1024 * 1024, records: 1 }, 0)).toThrow();
});

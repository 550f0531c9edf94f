import { expect, test } from "vitest";
import { crashRounds } from "../end-to-end/crash-rounds.ts";

test("fifty kills under load: nothing acknowledged or committed is forgotten, and some ends are unknown", async () => {
  const { unknownCount, rowCount } = await crashRounds(50);
  expect(rowCount).toBeGreaterThan(0);
  expect(unknownCount).toBeGreaterThan(0);
}, 900_000);

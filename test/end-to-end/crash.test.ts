import { expect, test } from "vitest";
import { crashRounds } from "./crash-rounds.ts";

test("killed at random moments under load, Custody forgets nothing that was acknowledged or committed", async () => {
  const { rowCount } = await crashRounds(5);
  expect(rowCount).toBeGreaterThan(0);
}, 240_000);

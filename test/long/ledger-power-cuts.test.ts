import { expect, test } from "vitest";
import { surviveCuts } from "../../packages/ledger/src/testing/power-cut.ts";

const seeds = Array.from({ length: 200 }, (_, at) => 1000 + at);

test.each(seeds)(
  "nothing acknowledged is lost, whatever a power cut leaves (seed %i)",
  { timeout: 120_000 },
  async (seed) => {
    await expect(surviveCuts(seed, 10)).resolves.toBeUndefined();
  },
);

import { expect, test } from "vitest";
import { surviveBlobCuts } from "../../packages/ledger/src/testing/blob-power-cut.ts";

const seeds = Array.from({ length: 60 }, (_, at) => 1000 + at);

test.each(seeds)(
  "no acknowledged blob is lost, whatever a power cut leaves (seed %i)",
  { timeout: 300_000 },
  async (seed) => {
    expect(await surviveBlobCuts(seed, 10)).toBeGreaterThan(6);
  },
);

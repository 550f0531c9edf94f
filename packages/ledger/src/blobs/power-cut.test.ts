import { expect, test } from "vitest";
import { surviveBlobCuts } from "../testing/blob-power-cut.ts";

test.each([1, 2])(
  "whatever a power cut leaves of what was not synced, no acknowledged blob is lost (seed %i)",
  { timeout: 120_000 },
  async (seed) => {
    expect(await surviveBlobCuts(seed, 3)).toBeGreaterThan(4);
  },
);

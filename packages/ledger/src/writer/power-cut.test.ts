import { expect, test } from "vitest";
import { surviveCuts } from "../testing/power-cut.ts";

const seeds = [1, 2, 3, 5];

test.each(seeds)(
  "whatever a power cut leaves of what was not synced, nothing acknowledged is lost (seed %i)",
  async (seed) => {
    await expect(surviveCuts(seed, 8)).resolves.toBeUndefined();
  },
);

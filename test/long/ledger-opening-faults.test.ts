import { expect, test } from "vitest";
import { temporaryDirectory } from "../../packages/ledger/src/testing/directory.ts";
import { failSteps } from "../../packages/ledger/src/testing/fail-steps.ts";
import { uncleanImage, uncleanPayloads, withTornTail } from "../../packages/ledger/src/testing/unclean.ts";

const outcomes = ["nothing", "all", "half"] as const;

test.each(outcomes)(
  "a first start may fail at every step, leaving %s of it behind",
  { timeout: 600_000 },
  async (leaves) => {
    const every = { leaves, first: 0, stride: 1 };
    expect(await failSteps({ image: new Map(), acknowledged: [], ...every })).toBeGreaterThan(40);
  },
);

test.each(outcomes)(
  "the start after a crash may fail at every step, leaving %s of it behind",
  { timeout: 600_000 },
  async (leaves) => {
    const every = { leaves, first: 0, stride: 1 };
    const image = withTornTail(await uncleanImage(temporaryDirectory()));
    expect(await failSteps({ image, acknowledged: uncleanPayloads.slice(0, -1), ...every })).toBeGreaterThan(
      60,
    );
  },
);

import { expect, test } from "vitest";
import { temporaryDirectory } from "../testing/directory.ts";
import { failSteps } from "../testing/fail-steps.ts";
import type { Fault } from "../testing/faulty-disk.ts";
import { uncleanImage, uncleanPayloads, withTornTail } from "../testing/unclean.ts";

/** In `npm test` every ninth step, each time from another one on; all of them in test/long. */
const outcomes: [Fault["leaves"], number][] = [
  ["nothing", 0],
  ["all", 1],
  ["half", 2],
];

test.each(outcomes)(
  "a first start may fail at any step, leaving %s of it behind, and the next succeeds",
  async (leaves, first) => {
    const steps = await failSteps({ image: new Map(), acknowledged: [], leaves, first, stride: 9 });
    expect(steps).toBeGreaterThan(40);
  },
);

test.each(outcomes)(
  "so may the start after a crash, leaving %s of the step behind",
  async (leaves, first) => {
    const image = withTornTail(await uncleanImage(temporaryDirectory()));
    const acknowledged = uncleanPayloads.slice(0, -1);
    expect(await failSteps({ image, acknowledged, leaves, first, stride: 9 })).toBeGreaterThan(60);
  },
);

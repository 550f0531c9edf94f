import { expect, test } from "vitest";
import { temporaryDirectory } from "../../packages/ledger/src/testing/directory.ts";
import { flipsUnseen } from "../../packages/ledger/src/testing/flip.ts";
import { closedImage, runningImage } from "../../packages/ledger/src/testing/small-ledger.ts";

const allBits = () => [0, 1, 2, 3, 4, 5, 6, 7];

test.each([
  ["that was closed", closedImage],
  ["under a running writer", runningImage],
])(
  "every flipped bit of a ledger %s is found, and its file is named",
  { timeout: 600_000 },
  async (_, make) => {
    const image = await make(temporaryDirectory());
    const unseen: string[] = [];
    for (const path of image.keys()) unseen.push(...(await flipsUnseen(image, path, allBits)));
    expect(unseen).toEqual([]);
  },
);

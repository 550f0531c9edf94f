import { expect, test } from "vitest";
import { temporaryDirectory } from "../testing/directory.ts";
import { filesFoundBad, flipsUnseen } from "../testing/flip.ts";
import { closedImage, runningImage } from "../testing/small-ledger.ts";

/** Another bit in each byte; all eight of each are tried in test/long. */
const oneBit = (at: number) => [at % 8];

test.each([
  ["that was closed", closedImage],
  ["under a running writer", runningImage],
])(
  "every flipped byte of a ledger %s is found, and its file is named",
  { timeout: 120_000 },
  async (_, make) => {
    const image = await make(temporaryDirectory());
    expect(await filesFoundBad(image)).toEqual([]);
    const unseen: string[] = [];
    for (const path of image.keys()) unseen.push(...(await flipsUnseen(image, path, oneBit)));
    expect(unseen).toEqual([]);
  },
);

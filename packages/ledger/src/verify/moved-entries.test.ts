import { expect, test } from "vitest";
import { changeEntries } from "../testing/bundle-surgery.ts";
import { temporaryDirectory } from "../testing/directory.ts";
import { IMAGE_ROOT, type Image, imageDisk } from "../testing/image.ts";
import { closedImage, masterKey } from "../testing/small-ledger.ts";
import { verifyLedger } from "./verify-ledger.ts";

const verify = (image: Image) => verifyLedger({ directory: IMAGE_ROOT, disk: imageDisk(image), masterKey });

test("any two entries that change places are found, and the first of them is named", async () => {
  const image = await closedImage(temporaryDirectory());
  const { size } = await verify(image);
  for (let a = 0; a < size; a += 1) {
    for (let b = a + 1; b < size; b += 1) {
      const changed = changeEntries(image, (entries) =>
        entries.with(a, entries[b] as Buffer).with(b, entries[a] as Buffer),
      );
      const { findings } = await verify(changed);
      expect(findings[0], `${a} and ${b}`).toMatchObject({ code: "ENTRY_INVALID", index: a });
      expect(findings.map(({ code }) => code)).toContain("CHAIN_BROKEN");
    }
  }
});

test("any entry that is gone is found, and the place is named", async () => {
  const image = await closedImage(temporaryDirectory());
  const { size } = await verify(image);
  for (let gone = 0; gone < size - 1; gone += 1) {
    // The last one stands twice instead, so that there are still as many as were signed.
    const changed = changeEntries(image, (entries) => [
      ...entries.toSpliced(gone, 1),
      entries.at(-1) as Buffer,
    ]);
    const { findings } = await verify(changed);
    expect(findings[0]).toMatchObject({ code: "ENTRY_INVALID", index: gone });
  }
});

test("a bundle that lost its last entry is found", async () => {
  const image = await closedImage(temporaryDirectory());
  const { findings } = await verify(changeEntries(image, (entries) => entries.slice(0, -1)));
  expect(findings[0]).toMatchObject({ code: "BUNDLE_DAMAGED" });
});

test("an entry that claims another type, under a hash that fits, is found at once", async () => {
  const image = await closedImage(temporaryDirectory());
  const changed = changeEntries(image, (entries) =>
    entries.map((entry) => Buffer.from(entry.toString().replace('"t":"test.entry"', '"t":"test.other"'))),
  );
  const { findings } = await verify(changed);
  expect(new Set(findings.map(({ code }) => code))).toEqual(
    new Set(["CHAIN_BROKEN", "FILE_DAMAGED", "CHECKPOINT_INVALID"]),
  );
});

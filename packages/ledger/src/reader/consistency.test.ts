import { cpSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryDirectory } from "../testing/directory.ts";
import { entriesOf } from "../testing/entries.ts";
import { masterKey } from "../testing/small-ledger.ts";
import { verifyConsistency } from "../verifier/proof.ts";
import { parseReceipt } from "../verifier/receipt.ts";
import { parseVerifierKey } from "../verifier/verifier-key.ts";
import { verifyReceipt } from "../verifier/verify-receipt.ts";
import { nodePrimitives } from "../verifier-node.ts";
import { openLedger } from "../writer/open-ledger.ts";
import { LedgerReader } from "./ledger-reader.ts";

async function grownLedger() {
  const directory = temporaryDirectory();
  const ledger = await openLedger({ directory, masterKey, segmentBytes: 65_536 });
  await ledger.appendAll(entriesOf(0, 5), "durable");
  const early = await ledger.checkpoint();
  await ledger.appendAll(entriesOf(5, 600), "durable");
  await ledger.close();
  return { directory, early, verifierKey: await parseVerifierKey(ledger.verifierKey, nodePrimitives) };
}

test("every tree is proved to begin with every smaller one", async () => {
  const { directory } = await grownLedger();
  const reader = await LedgerReader.open({ directory, masterKey });
  for (const size of [1, 2, 7, 255, 256, 257, 512, reader.size])
    for (const oldSize of [0, 1, 2, 3, 7, 128, 255, 256, 257, 511, size].filter((each) => each <= size))
      await verifyConsistency(
        {
          first: oldSize,
          firstRoot: await reader.rootAt(oldSize),
          proof: await reader.proveConsistency(oldSize, size),
          second: size,
          secondRoot: await reader.rootAt(size),
        },
        nodePrimitives,
      );
});

test("nothing is proved of trees that are not there", async () => {
  const { directory } = await grownLedger();
  const reader = await LedgerReader.open({ directory, masterKey });
  const unknown = { code: "INDEX_UNKNOWN" };
  await expect(reader.proveConsistency(1, reader.size + 1)).rejects.toMatchObject(unknown);
  await expect(reader.proveConsistency(9, 8)).rejects.toMatchObject(unknown);
  await expect(reader.rootAt(reader.size + 1)).rejects.toMatchObject(unknown);
});

test("a receipt can have an older checkpoint, and then proves what that covers", async () => {
  const { directory, early, verifierKey } = await grownLedger();
  const reader = await LedgerReader.open({ directory, masterKey });
  const receipt = await reader.prove(4, { checkpoint: early });
  expect(parseReceipt(receipt).checkpoint).toBe(early);
  const entry = (await reader.entry(4)).entry;
  const proved = await verifyReceipt({ entry, primitives: nodePrimitives, receipt, verifierKey });
  expect(proved).toMatchObject({ cosignatures: [], index: 4 });
  await expect(reader.prove(400, { checkpoint: early })).rejects.toMatchObject({
    code: "INDEX_UNKNOWN",
    message: expect.stringContaining("the given one"),
  });
});

test("proofs are the same where only wider partial tiles are left, as in a copy", async () => {
  const directory = temporaryDirectory();
  const ledger = await openLedger({ directory, masterKey, segmentBytes: 65_536 });
  await ledger.appendAll(entriesOf(0, 5), "durable");
  const early = await ledger.checkpoint();
  await ledger.appendAll(entriesOf(5, 50), "durable");
  await ledger.close();
  const expected = await (await LedgerReader.open({ directory, masterKey })).prove(3, { checkpoint: early });
  const copy = temporaryDirectory();
  cpSync(directory, copy, { recursive: true, filter: (path) => !path.includes("lock.") });
  for (const folder of ["tile/0/000.p", "tile/entries/000.p"]) {
    const widths = readdirSync(join(copy, folder)).map(Number);
    for (const width of widths) if (width < Math.max(...widths)) rmSync(join(copy, folder, String(width)));
  }
  expect(readFileSync(join(copy, "checkpoint"), "utf8")).not.toBe(early);
  expect(
    await (await LedgerReader.open({ directory: copy, masterKey })).prove(3, { checkpoint: early }),
  ).toBe(expected);
});

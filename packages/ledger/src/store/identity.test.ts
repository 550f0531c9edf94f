import { rmSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { LedgerReader } from "../reader/ledger-reader.ts";
import { temporaryDirectory } from "../testing/directory.ts";
import { openLedger } from "../writer/open-ledger.ts";
import { readIdentity } from "./identity.ts";

test("a ledger is known by its id and origin, and by how often its key was rotated, without the key", async () => {
  const directory = temporaryDirectory();
  expect(await readIdentity(directory)).toBeUndefined();
  const ledger = await openLedger({ directory, origin: "log.example", segmentBytes: 8192 });
  const first = await readIdentity(directory);
  expect(first).toEqual({
    id: expect.stringMatching(/^[0-9a-f]{32}$/),
    keyGeneration: 1,
    origin: "log.example",
  });
  await ledger.rotateMasterKey();
  expect(await readIdentity(directory)).toEqual({ ...first, keyGeneration: 2 });
  expect((await LedgerReader.open({ directory })).keyGeneration).toBe(2);
  await ledger.close();
  rmSync(join(directory, "keys/master.key"));
  expect(await readIdentity(directory)).toEqual({ ...first, keyGeneration: 2 });
});

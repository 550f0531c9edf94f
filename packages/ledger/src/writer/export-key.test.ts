import { join } from "node:path";
import { expect, test } from "vitest";
import { fileKeySource, type KeySource } from "../keys/key-source.ts";
import { masterKeyFromBytes } from "../keys/master-key.ts";
import { LedgerReader } from "../reader/ledger-reader.ts";
import { temporaryDirectory } from "../testing/directory.ts";
import { masterKey } from "../testing/small-ledger.ts";
import { openLedger } from "./open-ledger.ts";

const segmentBytes = 8192;

test("an exported key opens the ledger, is of the generation that is said, and is on record", async () => {
  const directory = temporaryDirectory();
  const ledger = await openLedger({ directory, segmentBytes });
  const first = await ledger.exportMasterKey(["age1first"], "somebody");
  // Asked for at once, they come one after the other: never a key of one generation by the name of another.
  const [, second] = await Promise.all([
    ledger.rotateMasterKey(),
    ledger.exportMasterKey(["age1second"], "somebody"),
    ledger.rotateMasterKey(),
  ]);
  const third = await ledger.exportMasterKey(["age1third"], "somebody");
  await ledger.close();
  expect([first, second, third].map(({ generation }) => generation)).toEqual([1, 2, 3]);
  const reader = await LedgerReader.open({ directory, masterKey: masterKeyFromBytes(third.key) });
  const wrong = { directory, masterKey: masterKeyFromBytes(second.key) };
  await expect(LedgerReader.open(wrong)).rejects.toMatchObject({ code: "MASTER_KEY_WRONG" });
  const exported: unknown[] = [];
  for await (const { envelope, payload } of reader.entries())
    if (envelope.t === "key.exported") exported.push(JSON.parse(String(payload)));
  expect(exported).toMatchObject([
    { by: "somebody", generation: 1, recipients: ["age1first"] },
    { generation: 2, recipients: ["age1second"] },
    { generation: 3 },
  ]);
  for (const { key } of [first, second, third]) {
    expect(JSON.stringify(exported)).not.toContain(key.toString("hex"));
    expect(JSON.stringify(exported)).not.toContain(key.toString("base64"));
  }
});

test("a key that cannot be had is neither recorded nor fatal", async () => {
  const directory = temporaryDirectory();
  const file = fileKeySource(join(directory, "keys/master.key"));
  let answer: () => Promise<Buffer | undefined> = file.read;
  const keySource: KeySource = { ...file, read: () => answer() };
  const ledger = await openLedger({ directory, keySource, segmentBytes });
  answer = async () => undefined;
  await expect(ledger.exportMasterKey([], "x")).rejects.toMatchObject({ code: "MASTER_KEY_MALFORMED" });
  answer = () => Promise.reject(Object.assign(new Error("EIO"), { syscall: "read" }));
  await expect(ledger.exportMasterKey([], "x")).rejects.toMatchObject({ code: "MASTER_KEY_UNAVAILABLE" });
  expect(ledger.failure).toBeUndefined();
  const { size } = ledger;
  answer = file.read;
  await ledger.exportMasterKey([], "x");
  expect(ledger.size).toBe(size + 1);
  await ledger.close();
});

test("a key that the caller gave is the caller's to copy", async () => {
  const ledger = await openLedger({ directory: temporaryDirectory(), masterKey, segmentBytes });
  await expect(ledger.exportMasterKey([], "x")).rejects.toMatchObject({ code: "MASTER_KEY_FIXED" });
  await ledger.close();
});

import { join } from "node:path";
import { fileKeySource, LedgerReader, openLedger } from "@custody/ledger";
import { expect, test } from "vitest";
import { temporaryFolder } from "../testing/folder.ts";
import { rememberedSource } from "./remembered-source.ts";

function counted(path: string) {
  const file = fileKeySource(path);
  const asked = { times: 0 };
  const read = () => {
    asked.times += 1;
    return file.read();
  };
  return { asked, file, source: rememberedSource({ ...file, read }) };
}

test("the source is asked once, and what a rotation stores is known without asking", async () => {
  const directory = temporaryFolder();
  const path = join(directory, "keys/master.key");
  await openLedger({ directory, segmentBytes: 8192 }).then((made) => made.close());
  const { asked, file, source } = counted(path);
  const ledger = await openLedger({ directory, keySource: source, segmentBytes: 8192 });
  expect(await source.held()).toEqual({ current: await file.read(), prepared: undefined });
  await ledger.rotateMasterKey();
  const { current } = await source.held();
  expect(current).toEqual(await file.read());
  expect(await source.held()).toEqual({ current, prepared: undefined });
  expect(asked.times).toBe(1);
  await LedgerReader.open({ directory, keySource: { description: "held", read: async () => current } });
  await ledger.close();
});

test("a rotation that was interrupted is seen as two keys, and gone on with", async () => {
  const directory = temporaryFolder();
  const path = join(directory, "master.key");
  const { file, source } = counted(path);
  await file.rotation?.prepare(Buffer.alloc(32, 1));
  await file.rotation?.commit();
  await file.rotation?.prepare(Buffer.alloc(32, 2));
  expect(await source.held()).toEqual({ current: Buffer.alloc(32, 1), prepared: Buffer.alloc(32, 2) });
  await source.rotation?.commit();
  expect(await source.held()).toEqual({ current: Buffer.alloc(32, 2), prepared: undefined });
  expect(await file.read()).toEqual(Buffer.alloc(32, 2));
});

test("a failure is not remembered, and a source that is only read stays one", async () => {
  let isUp = false;
  const source = rememberedSource({
    description: "a service",
    read: async () => {
      if (!isUp) throw new Error("it is down");
      return Buffer.alloc(32, 3);
    },
  });
  await expect(source.read()).rejects.toThrow("it is down");
  isUp = true;
  expect(await source.held()).toEqual({ current: Buffer.alloc(32, 3), prepared: undefined });
  expect(source.rotation).toBeUndefined();
});

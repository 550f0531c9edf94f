import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryDirectory } from "../testing/directory.ts";
import { entriesOf } from "../testing/entries.ts";
import { masterKey } from "../testing/small-ledger.ts";
import { openLedger } from "../writer/open-ledger.ts";
import { publicLog } from "./public-log.ts";

async function filesOf(directory: string, checkpoint: string): Promise<Map<string, Buffer>> {
  const files = new Map<string, Buffer>();
  for await (const { bytes, path } of publicLog({ checkpoint, directory })) files.set(path, bytes);
  return files;
}

test("the files are those that were published, also when the log has grown since", async () => {
  const directory = temporaryDirectory();
  const ledger = await openLedger({ checkpointIntervalMs: 0, directory, masterKey });
  await ledger.appendAll(entriesOf(0, 300), "durable");
  const checkpoint = await ledger.checkpoint();
  const size = Number(checkpoint.split("\n")[1]);
  const then = await filesOf(directory, checkpoint);
  const width = size - 256;
  expect([...then.keys()]).toEqual([
    "tile/entries/000",
    "tile/0/000",
    `tile/entries/001.p/${width}`,
    `tile/0/001.p/${width}`,
    "tile/1/000.p/1",
    "checkpoint",
  ]);
  for (const [path, bytes] of then) expect(bytes, path).toEqual(readFileSync(join(directory, path)));
  await ledger.appendAll(entriesOf(300, 900), "durable");
  await ledger.close();
  expect(await filesOf(directory, checkpoint)).toEqual(then);
});

test("entries that are not those of the checkpoint are never handed out with it", async () => {
  const directory = temporaryDirectory();
  const ledger = await openLedger({ directory, masterKey });
  await ledger.append(entriesOf(0, 1)[0]!);
  await ledger.close();
  const checkpoint = readFileSync(join(directory, "checkpoint"), "utf8");
  const size = Number(checkpoint.split("\n")[1]);
  const bundle = join(directory, `tile/entries/000.p/${size}`);
  const bytes = readFileSync(bundle);
  const damages: Buffer[] = [Buffer.from(bytes), bytes.subarray(0, -1), Buffer.alloc(0)];
  damages[0]![bytes.length - 1]! ^= 1;
  for (const damaged of damages) {
    writeFileSync(bundle, damaged);
    const seen: string[] = [];
    const reading = (async () => {
      for await (const { path } of publicLog({ checkpoint, directory })) seen.push(path);
    })();
    await expect(reading).rejects.toMatchObject({ code: "STATE_DAMAGED" });
    expect(seen).not.toContain("checkpoint");
  }
});

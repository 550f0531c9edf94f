import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { nodeDisk } from "../store/disk.ts";
import { layoutOf } from "../store/layout.ts";
import { blobStore, dataKey } from "../testing/blob-store.ts";
import { packsOf } from "../testing/blobs.ts";
import { bytesFrom } from "../testing/bytes.ts";
import { temporaryDirectory } from "../testing/directory.ts";
import { FaultyDisk } from "../testing/faulty-disk.ts";
import { removeBlobs } from "./remove-blobs.ts";

const other = { ...dataKey, id: "PONMLKJIHGFEDCBA" };

test("the blobs of one key go, and those of others stay", async () => {
  const directory = temporaryDirectory();
  const store = blobStore(directory);
  for (const key of [dataKey, other]) await store.put(key, bytesFrom(1, 100_000));
  await store.remove(dataKey.id);
  expect([...packsOf(directory).keys()]).toEqual([`${other.id}/000001.pack`]);
  expect(existsSync(join(directory, "blobs", dataKey.id))).toBe(false);
  await store.remove(dataKey.id);
  await store.put(other, bytesFrom(2, 1000));
  await store.close();
});

test("a blob on its way under the key is refused, and nothing of it is left", async () => {
  const directory = temporaryDirectory();
  const store = blobStore(directory);
  async function* endless() {
    for (let at = 0; ; at += 1) {
      yield bytesFrom(at, 50_000);
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
  }
  const put = store.put(dataKey, endless());
  const refused = expect(put).rejects.toMatchObject({ code: "BLOB_MISSING" });
  await new Promise((resolve) => setTimeout(resolve, 30));
  await store.remove(dataKey.id);
  await refused;
  expect(existsSync(join(directory, "blobs", dataKey.id))).toBe(false);
  await store.close();
});

test("a removal may stop at any step, and be done again", async () => {
  for (const leaves of ["nothing", "all"] as const) {
    for (let failing = 0; ; failing += 1) {
      const directory = temporaryDirectory();
      const layout = layoutOf(directory);
      mkdirSync(join(layout.blobs, dataKey.id), { recursive: true });
      for (const name of ["000001.pack", "000002.pack"])
        writeFileSync(join(layout.blobs, dataKey.id, name), "x");
      const disk = new FaultyDisk();
      disk.fault = { strikes: ({ at }) => at === failing, code: "EIO", leaves };
      const failed = await removeBlobs(disk, layout, dataKey.id).then(
        () => false,
        () => true,
      );
      if (!failed) break;
      await removeBlobs(nodeDisk, layout, dataKey.id);
      expect(existsSync(join(layout.blobs, dataKey.id))).toBe(false);
      expect(failing).toBeLessThan(20);
    }
  }
});

test("where there never was a blob, there is nothing to remove", async () => {
  await removeBlobs(nodeDisk, layoutOf(temporaryDirectory()), dataKey.id);
});

test.each(["", ".", "..", "../../../../etc/", "AAAAAAAAAAAAAAA/"])(
  "%j is no id of a key, and removes nothing",
  async (id) => {
    const directory = temporaryDirectory();
    const store = blobStore(directory);
    await store.put(dataKey, bytesFrom(1, 1000));
    await expect(removeBlobs(nodeDisk, layoutOf(directory), id)).rejects.toThrow(TypeError);
    await store.close();
    expect(packsOf(directory).size).toBe(1);
  },
);

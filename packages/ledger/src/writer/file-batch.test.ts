import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { type Disk, nodeDisk } from "../store/disk.ts";
import { temporaryDirectory } from "../testing/directory.ts";
import { type Fault, FaultyDisk, type Step } from "../testing/faulty-disk.ts";
import { type Image, takeImage } from "../testing/image.ts";
import { PowerCutDisk } from "../testing/power-cut-disk.ts";
import { randomFrom } from "../testing/random.ts";
import { FileBatch } from "./file-batch.ts";

/** More than one wave of them. */
const FILES = 70;

const bytesOf = (at: number) => Buffer.alloc(1500, `file ${at} `);

/** Writes files of two directories, and a growing one, which holds `abc` already. */
async function writeAll(disk: Disk, directory: string, replaying = false): Promise<void> {
  const batch = new FileBatch(disk, directory, replaying);
  for (let at = 0; at < FILES; at += 1) {
    const bytes = bytesOf(at);
    batch.add(`${at % 2 === 0 ? "even" : "odd"}/${at}`, [bytes.subarray(0, 700), bytes.subarray(700)]);
  }
  batch.extend("growing/0", 3, [Buffer.from("def"), Buffer.from("ghi")]);
  await batch.flush(new Set());
}

function prepared(): string {
  const directory = temporaryDirectory();
  mkdirSync(join(directory, "growing"));
  writeFileSync(join(directory, "growing/0"), "abc, and what a crash left behind it");
  return directory;
}

/** Every file that has its own name is whole, and what the growing one held is still there. */
function expectWhole(image: Image): void {
  for (const [path, bytes] of image) {
    const [directory, name] = path.split("/") as [string, string];
    if (directory === "growing") expect(bytes.toString("latin1", 0, 3)).toBe("abc");
    else if (!name.endsWith(".tmp")) expect(bytes.equals(bytesOf(Number(name))), path).toBe(true);
  }
}

const namesIn = (image: Image) => [...image.keys()].filter((path) => !path.endsWith(".tmp"));

test("all files are there, and the growing one goes on where it counts", async () => {
  const directory = prepared();
  await writeAll(nodeDisk, directory);
  const image = takeImage(directory);
  expect(image.size).toBe(FILES + 1);
  expectWhole(image);
  expect(image.get("growing/0")?.toString("latin1", 0, 9)).toBe("abcdefghi");
});

test("wherever the power goes, a file that has its name is whole, and after the end nothing is missing", async () => {
  const directory = prepared();
  const random = randomFrom(11);
  let cuts = 0;
  const disk = new PowerCutDisk(directory, () => {
    expectWhole(disk.cut(random));
    cuts += 1;
  });
  await writeAll(disk, directory);
  expect(cuts).toBeGreaterThan(4 * FILES);
  for (let world = 0; world < 20; world += 1) {
    const image = disk.cut(random);
    expectWhole(image);
    expect(namesIn(image)).toHaveLength(FILES + 1);
    expect(image.get("growing/0")?.toString("latin1", 0, 9)).toBe("abcdefghi");
  }
});

test.each<[Step["operation"], Fault["leaves"]]>([
  ["openDescriptor", "nothing"],
  ["write", "nothing"],
  ["write", "half"],
  ["write", "all"],
  ["sync", "nothing"],
  ["sync", "all"],
  ["rename", "nothing"],
  ["rename", "all"],
  ["syncDirectory", "nothing"],
])(
  "when %s fails and leaves %s behind, it fails, and what has its name is whole",
  async (operation, leaves) => {
    for (let failing = 0; failing < 4; failing += 1) {
      const directory = prepared();
      const disk = new FaultyDisk();
      let met = 0;
      const strikes = (step: Step) => step.operation === operation && met++ === failing * 20;
      disk.fault = { strikes, code: "EIO", leaves };
      const written = writeAll(disk, directory);
      // There are three directories only.
      if (operation === "syncDirectory" && failing > 0) await written;
      else await expect(written).rejects.toMatchObject({ code: "EIO" });
      expectWhole(takeImage(directory));
    }
  },
);

test("a replay completes what a stop interrupted, and leaves alone what is there", async () => {
  for (let failing = 0; failing < FILES; failing += 23) {
    const directory = prepared();
    const disk = new FaultyDisk();
    let met = 0;
    disk.fault = {
      strikes: ({ operation }) => operation === "rename" && met++ === failing,
      code: "EIO",
      leaves: "nothing",
    };
    await expect(writeAll(disk, directory)).rejects.toMatchObject({ code: "EIO" });
    const before = namesIn(takeImage(directory)).length;
    await writeAll(nodeDisk, directory, true);
    const image = takeImage(directory);
    expectWhole(image);
    expect(namesIn(image).length).toBe(FILES + 1);
    expect(before).toBeLessThan(FILES + 1);
    expect(image.get("growing/0")?.toString()).toBe("abcdefghi");
  }
});

test("a replay refuses a file that holds something else", async () => {
  const directory = prepared();
  mkdirSync(join(directory, "odd"));
  writeFileSync(join(directory, "odd/7"), bytesOf(8));
  await expect(writeAll(nodeDisk, directory, true)).rejects.toMatchObject({ code: "STATE_DAMAGED" });
});

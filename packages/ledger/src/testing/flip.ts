import { verifyLedger } from "../verify/verify-ledger.ts";
import { IMAGE_ROOT, type Image, imageDisk } from "./image.ts";
import { bytesThatMatter, masterKey } from "./small-ledger.ts";

/** Verifies an image, and gives back the files that it complains about. */
export async function filesFoundBad(image: Image): Promise<string[]> {
  try {
    const report = await verifyLedger({ directory: IMAGE_ROOT, disk: imageDisk(image), masterKey });
    return report.findings.map(({ file }) => file);
  } catch (error) {
    // Without its identity nothing of a ledger can be checked.
    return (error as Error).message.includes("/.state/ledger.json")
      ? [".state/ledger.json"]
      : [String(error)];
  }
}

/** Changes single bits, one at a time, and returns the places where verify did not name the changed file. */
export async function flipsUnseen(
  image: Image,
  path: string,
  bitsOf: (at: number) => number[],
): Promise<string[]> {
  const bytes = image.get(path) as Buffer;
  const unseen: string[] = [];
  const places = Array.from({ length: bytesThatMatter(path, bytes) }, (_, at) => at).values();
  const work = async () => {
    for (const at of places) {
      for (const bit of bitsOf(at)) {
        const flipped = Buffer.from(bytes);
        flipped[at] = (flipped[at] as number) ^ (1 << bit);
        const found = await filesFoundBad(new Map(image).set(path, flipped));
        const isNamed = found.some((file) => namesOf(path).includes(file));
        if (!isNamed && !isLaterEpoch(path, bytes, flipped))
          unseen.push(`${path}, byte ${at}, bit ${bit}: ${found}`);
      }
    }
  };
  // Damage in the write-ahead file is looked at twice, with a pause between, so many wait at once.
  await Promise.all(Array.from({ length: 64 }, work));
  return unseen;
}

/** Epochs may be left out, so a larger number is as good as the right one. */
function isLaterEpoch(path: string, bytes: Buffer, flipped: Buffer): boolean {
  return (
    path === ".state/epoch" && /^[1-9]\n$/.test(`${flipped}`) && Number(`${flipped}`) > Number(`${bytes}`)
  );
}

/** Segments are named in words; and of a tile and its bundle that disagree, the tile is named with the entry. */
function namesOf(path: string): string[] {
  if (path.endsWith(".wal")) return [".state/wal"];
  return [path, path.replace("tile/entries/", "tile/0/")];
}

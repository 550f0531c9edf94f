import { AnchorError } from "../error.ts";
import { sizeOfName } from "../held/origin-path.ts";
import type { Bucket } from "./bucket.ts";

/** A million checkpoints: one an hour for a hundred years. */
const PAGES_MAX = 1000;

/** The largest size of which a checkpoint stands in this folder; undefined when there is none. */
export async function largestSize(bucket: Bucket, folder: string): Promise<number | undefined> {
  let largest: number | undefined;
  let continuation: string | undefined;
  for (let page = 0; page < PAGES_MAX; page += 1) {
    const xml = await bucket.list(folder, continuation);
    for (const size of sizesIn(xml)) largest = Math.max(size, largest ?? 0);
    if (textOf(xml, "IsTruncated") !== "true") return largest;
    continuation = textOf(xml, "NextContinuationToken");
    if (continuation === undefined) break;
  }
  throw new AnchorError(
    "PLACE_ANSWER_INVALID",
    `${bucket.name} does not come to an end of ${folder} — look at it`,
  );
}

/** The keys end in digits and a plain word, so that no escaping of XML touches what is read. */
function sizesIn(xml: string): number[] {
  const names = [...xml.matchAll(/<Key>(?:[^<]*\/)?([^</]*)<\/Key>/g)].map(([, name = ""]) => name);
  return names.map(sizeOfName).filter((size) => size !== undefined);
}

const ENTITIES: Readonly<Record<string, string>> = { amp: "&", apos: "'", gt: ">", lt: "<", quot: '"' };

/** The text of the first element of this name. */
function textOf(xml: string, name: string): string | undefined {
  const text = new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml)?.[1];
  return text?.replaceAll(/&(\w+);/g, (whole, entity: string) => ENTITIES[entity] ?? whole);
}

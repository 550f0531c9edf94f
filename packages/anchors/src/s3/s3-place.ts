import { AnchorError } from "../error.ts";
import { confirmHeld, type KeptLedger } from "../held/confirm-held.ts";
import { checkpointName, originPath } from "../held/origin-path.ts";
import type { Fetch } from "../http/ask.ts";
import type { Kept, Place, SignedCheckpoint } from "../place.ts";
import { Bucket } from "./bucket.ts";
import { largestSize } from "./list-sizes.ts";

export interface S3PlaceOptions extends KeptLedger {
  readonly bucket: string;
  /** A server that speaks S3; without one it is Amazon's in the region. */
  readonly endpoint?: string;
  readonly region: string;
  /** Keys begin with it; without slashes at its ends. */
  readonly prefix?: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly everyMs: number;
  readonly fetch?: Fetch;
}

/**
 * Keeps each checkpoint as an object of its own. It asks the store to write nothing over, and needs no right to
 * delete: PutObject, GetObject and ListBucket are enough.
 */
export function s3Place(options: S3PlaceOptions): Place {
  const { everyMs, ledger, logKey, prefix } = options;
  const bucket = new Bucket(options);
  const name = `s3://${options.bucket}${prefix ? `/${prefix}` : ""}`;
  return {
    kind: "s3",
    name,
    everyMs,
    async keep(checkpoint: SignedCheckpoint): Promise<Kept> {
      const folder = `${prefix ? `${prefix}/` : ""}${originPath(checkpoint.origin)}/`;
      const largest = await largestSize(bucket, folder);
      if (largest !== undefined)
        await confirm(bucket, folder + checkpointName(largest), checkpoint, { ledger, logKey });
      const key = folder + checkpointName(checkpoint.size);
      if (largest !== checkpoint.size && !(await bucket.putNew(key, Buffer.from(checkpoint.note))))
        await confirm(bucket, key, checkpoint, { ledger, logKey });
      return {};
    },
  };
}

async function confirm(
  bucket: Bucket,
  key: string,
  checkpoint: SignedCheckpoint,
  kept: KeptLedger,
): Promise<void> {
  const where = `${key} in ${bucket.name}`;
  const held = (await bucket.get(key))?.toString("utf8");
  if (held === undefined)
    throw new AnchorError("PLACE_ANSWER_INVALID", `${where} is listed, and not there — look at it`);
  if (held !== checkpoint.note) await confirmHeld({ held, where, checkpoint, ...kept });
}

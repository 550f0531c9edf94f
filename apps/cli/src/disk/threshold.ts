import { parseByteSize } from "../config/byte-size.ts";

/** How much must be free: a share of the whole file system, or a size. */
export type Threshold = { readonly percent: number } | { readonly bytes: number };

/** Reads `10%`, `1GiB` or a number of bytes; undefined when it is something else. */
export function parseThreshold(text: string | number): Threshold | undefined {
  const [, digits] = /^(\d{1,2}(?:\.\d{1,3})?)%$/.exec(String(text)) ?? [];
  if (digits !== undefined) return { percent: Number(digits) };
  const bytes = parseByteSize(text);
  return bytes === undefined ? undefined : { bytes };
}

export function thresholdBytes(threshold: Threshold, totalBytes: number): number {
  return "bytes" in threshold ? threshold.bytes : (totalBytes * threshold.percent) / 100;
}

import { dirname } from "node:path";
import { LedgerError } from "../error.ts";
import type { Disk } from "../store/disk.ts";
import type { Layout } from "../store/layout.ts";

/**
 * Starts the next epoch. It names the blocks of one run, so it is durable before the first of them.
 *
 * @throws LedgerError STATE_DAMAGED when the file is gone or behind `last`, the epoch of the last entry: an epoch that
 * comes again would name two blocks alike.
 */
export async function nextEpoch(disk: Disk, layout: Layout, last: number): Promise<number> {
  const past = parseEpoch(await disk.read(layout.epoch));
  if (past === undefined || past < last) {
    throw new LedgerError(
      "STATE_DAMAGED",
      `${layout.epoch} must hold ${last} or more, the epoch of the last entry: restore it from a copy`,
    );
  }
  await disk.replace(layout.epoch, Buffer.from(`${past + 1}\n`));
  await disk.syncDirectory(dirname(layout.epoch));
  return past + 1;
}

/** The epoch in a file's bytes: 0 before the first start, undefined when it is no number. */
export function parseEpoch(bytes: Buffer | undefined): number | undefined {
  const text = bytes?.toString("latin1") ?? "0\n";
  return /^(0|[1-9]\d{0,8})\n$/.test(text) ? Number.parseInt(text, 10) : undefined;
}

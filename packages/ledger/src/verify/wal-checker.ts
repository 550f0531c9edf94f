import { setTimeout as sleep } from "node:timers/promises";
import { LedgerError } from "../error.ts";
import type { Disk } from "../store/disk.ts";
import type { Layout } from "../store/layout.ts";
import { scanWal, type WalScan } from "../wal/scan.ts";
import type { Findings } from "./finding.ts";

/** A frame that is being written is whole a moment later; one that stays damaged is damaged. */
const ATTEMPTS_MAX = 10;
const PAUSE_MS = 50;

/** Reads the whole write-ahead file, also under a running writer, and reports what stays damaged. */
export async function checkWal(
  disk: Disk,
  layout: Layout,
  ledgerId: Buffer,
  frameKey: Buffer | undefined,
  findings: Findings,
): Promise<WalScan | undefined> {
  for (let attempt = 1; ; attempt += 1) {
    const isLast = attempt === ATTEMPTS_MAX;
    try {
      const scan = await scanWal(disk, layout.wal, ledgerId, frameKey);
      if (scan.tail === undefined) return scan;
      if (isLast) {
        const { segment, offset, reason } = scan.tail;
        const last = scan.frames.at(-1)?.frame;
        const message = `segment ${segment}, byte ${offset}: ${reason}; if the last stop was a crash, the next start copies it aside and records that`;
        findings.add("WAL_DAMAGED", ".state/wal", message, last ? last.firstIndex + last.count : undefined);
        return scan;
      }
    } catch (error) {
      if (!(error instanceof LedgerError)) throw error;
      if (isLast) {
        findings.add("WAL_DAMAGED", ".state/wal", error.message);
        return undefined;
      }
    }
    await sleep(PAUSE_MS);
  }
}

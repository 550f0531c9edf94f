import { setTimeout as sleep } from "node:timers/promises";
import { LedgerError } from "../error.ts";
import type { Disk } from "../store/disk.ts";
import type { Layout } from "../store/layout.ts";
import { type ScanStart, scanWal, type WalScan } from "../wal/scan.ts";
import type { Findings } from "./finding.ts";

/** A frame that is being written is whole a moment later; one that stays the same is damaged. */
const ATTEMPTS_MAX = 10;
const PAUSE_MS = 50;

interface Look {
  readonly scan: WalScan | undefined;
  /** What is wrong, in words that change whenever the bytes do. */
  readonly damage: string | undefined;
}

/** Reads the whole write-ahead file, also under a running writer, and reports what stays damaged. */
export async function checkWal(
  disk: Disk,
  layout: Layout,
  ledgerId: Buffer,
  frameKey: Buffer | undefined,
  start: ScanStart,
  findings: Findings,
): Promise<WalScan | undefined> {
  const look = () => lookAt(scanWal(disk, layout.wal, ledgerId, frameKey, start));
  let { scan, damage } = await look();
  for (let attempt = 1; damage !== undefined && attempt < ATTEMPTS_MAX; attempt += 1) {
    await sleep(PAUSE_MS);
    const before = damage;
    ({ scan, damage } = await look());
    if (damage === before) break;
  }
  const last = scan?.frames.at(-1)?.frame;
  if (damage !== undefined)
    findings.add("WAL_DAMAGED", ".state/wal", damage, last && last.firstIndex + last.count);
  return scan;
}

async function lookAt(scanning: Promise<WalScan>): Promise<Look> {
  try {
    const scan = await scanning;
    if (scan.tail === undefined) return { scan, damage: undefined };
    const { segment, offset, reason, bytes } = scan.tail;
    const place = `segment ${segment}, byte ${offset}, ${bytes.length} bytes: ${reason}`;
    return {
      scan,
      damage: `${place}; if the last stop was a crash, the next start copies them aside and records that`,
    };
  } catch (error) {
    if (!(error instanceof LedgerError)) throw error;
    return { scan: undefined, damage: error.message };
  }
}

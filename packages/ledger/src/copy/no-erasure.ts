import { LedgerError } from "../error.ts";
import { RingFile } from "../keys/ring-file.ts";
import { isDestroyed } from "../keys/ring-row.ts";
import type { Disk } from "../store/disk.ts";
import type { Layout } from "../store/layout.ts";

/**
 * Makes sure that nothing was destroyed while a ledger was copied. The order, the key and the blocks go one after the
 * other, so a copy of two moments could have the key without its blocks, or neither and no order: damage, to a verifier.
 *
 * Call it before the copy, and what it returns after it. Both throw LedgerError ERASURE_UNDER_WAY.
 */
export async function withoutErasure(disk: Disk, layout: Layout): Promise<() => Promise<void>> {
  const before = await destroyedCount(disk, layout);
  await refuseUnderWay(disk, layout);
  return async () => {
    await refuseUnderWay(disk, layout);
    if ((await destroyedCount(disk, layout)) !== before) throw underWay();
  };
}

async function destroyedCount(disk: Disk, layout: Layout): Promise<number> {
  const file = new RingFile(disk, layout.keyRing);
  const bytes = await file.read();
  return bytes === undefined ? 0 : file.take(bytes).filter(isDestroyed).length;
}

async function refuseUnderWay(disk: Disk, layout: Layout): Promise<void> {
  if ((await disk.read(layout.erasure)) !== undefined) throw underWay();
}

function underWay(): LedgerError {
  return new LedgerError(
    "ERASURE_UNDER_WAY",
    "records are being destroyed, and a copy of that moment would look damaged: copy again when it is over",
  );
}

import { setImmediate as nextTurn } from "node:timers/promises";
import type { LedgerReader } from "@custody/ledger";
import type { IndexTables } from "../indexing/index-tables.ts";
import { rewritePart } from "./rewrite-part.ts";

export interface Purge {
  readonly tables: IndexTables;
  readonly reader: LedgerReader;
  /** Whether the tables must not be touched any more. */
  readonly isOver: () => boolean;
}

/**
 * Takes what was forgotten out of the file, part by part, and leaves no trace of it in any page, nor in the file beside
 * it. How far it is stands in the file, so a stop at any moment is gone on from. Ends early when it is over, and when
 * somebody who reads is in the way.
 */
export async function purge(work: Purge): Promise<void> {
  const { isOver, tables } = work;
  const { erasures, file } = tables;
  while (!isOver()) {
    if (await removePast(work)) continue;
    const part = erasures.nextPart();
    if (part !== undefined) await rewritePart(work, part);
    else {
      if (file.settle()) file.transaction(() => erasures.settled());
      return;
    }
  }
}

/** Says whether there was anything to remove. */
async function removePast({ isOver, tables: { file } }: Purge): Promise<boolean> {
  let isLeft = true;
  let pieces = 0;
  while (isLeft && !isOver()) {
    file.transaction(() => {
      isLeft = file.parts.removePast();
    });
    if (isLeft) pieces += 1;
    await nextTurn();
  }
  return pieces > 0;
}

import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";

/**
 * Where a start may begin to look, so that it does not read a whole ledger. It is a hint and no truth: when the file
 * is missing, garbled or wrong in size, the search begins at 0, and finds the same.
 */
export interface Hints {
  /** No action whose request stands below this index is open. */
  readonly from: number;
  /** Where the `session.started` records of sessions stand that may still connect. */
  readonly sessions: readonly number[];
}

const index = z.number().int().nonnegative();
const schema = z.strictObject({ from: index, sessions: z.array(index) });

export function readHints(directory: string, size: number): Hints {
  const nothing: Hints = { from: 0, sessions: [] };
  try {
    const hints = schema.parse(JSON.parse(readFileSync(pathOf(directory), "utf8")));
    const isOfThisLedger = hints.from <= size && hints.sessions.every((index) => index < size);
    return isOfThisLedger ? hints : nothing;
  } catch {
    return nothing;
  }
}

/** Written beside and renamed, so that a reader finds the old hints or the new ones. No sync: they may be lost. */
export function writeHints(directory: string, hints: Hints): void {
  const path = pathOf(directory);
  writeFileSync(`${path}.tmp`, JSON.stringify(hints), { mode: 0o600 });
  renameSync(`${path}.tmp`, path);
}

function pathOf(directory: string): string {
  return join(directory, "hints.json");
}

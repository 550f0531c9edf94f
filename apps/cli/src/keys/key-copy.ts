import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** The newest copy of the master key that is known to have been made. Whether it still exists nobody can see from here. */
export interface KeyCopy {
  readonly time: string;
  /** How often the key had been rotated, and one. A copy of an earlier generation opens only earlier copies of the ledger. */
  readonly generation: number;
}

/** Remembers that the master key was copied elsewhere, so that nobody is reminded any more. */
export function noteKeyCopy(data: string, copy: KeyCopy): void {
  try {
    writeFileSync(pathOf(data), `${JSON.stringify(copy)}\n`, { mode: 0o600 });
  } catch {
    // Then reminding goes on.
  }
}

/** The copy of the key in force; undefined when none is known. */
export function readKeyCopy(data: string, generation: number): KeyCopy | undefined {
  try {
    // A file from before keys were rotated names no generation.
    const { generation: copied = 1, time } = JSON.parse(
      readFileSync(pathOf(data), "utf8"),
    ) as Partial<KeyCopy>;
    return typeof time === "string" && copied === generation ? { generation, time } : undefined;
  } catch {
    return undefined;
  }
}

function pathOf(data: string): string {
  return join(data, "key-copy.json");
}

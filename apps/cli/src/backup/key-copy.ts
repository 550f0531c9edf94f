import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Remembers that the master key was copied elsewhere, so that `doctor` need not warn about its being the only one. */
export function noteKeyCopy(data: string, time: string): void {
  try {
    writeFileSync(pathOf(data), `${JSON.stringify({ time })}\n`, { mode: 0o600 });
  } catch {
    // Then doctor goes on warning.
  }
}

/** When the key was copied last; undefined when nothing is known of a copy. */
export function readKeyCopy(data: string): string | undefined {
  try {
    const { time } = JSON.parse(readFileSync(pathOf(data), "utf8")) as { time?: unknown };
    return typeof time === "string" ? time : undefined;
  } catch {
    return undefined;
  }
}

function pathOf(data: string): string {
  return join(data, "key-copy.json");
}

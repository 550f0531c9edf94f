import { rmSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

/** Far longer than a process that was left alone needs to find that out. */
const ATTEMPTS_MAX = 600;
const PAUSE_MS = 100;

/**
 * Removes a folder in which somebody may still write a last file. The retries of `rmSync` do not help there: they try to
 * remove the folder again, without the file that came after it was read.
 */
export async function removeFolder(path: string): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return rmSync(path, { force: true, recursive: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOTEMPTY" || attempt === ATTEMPTS_MAX) throw error;
      await sleep(PAUSE_MS);
    }
  }
}

import { setTimeout as sleep } from "node:timers/promises";

const LOOKS = 5;
const PAUSE_MS = 20;

/** Whether something is wrong and stays so: a running writer may be in the middle of it, and done in a moment. */
export async function stays(isWrong: () => Promise<boolean>): Promise<boolean> {
  for (let attempt = 0; attempt < LOOKS; attempt += 1) {
    if (!(await isWrong())) return false;
    await sleep(PAUSE_MS);
  }
  return true;
}

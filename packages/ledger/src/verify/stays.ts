import { setTimeout as sleep } from "node:timers/promises";

/** Together 2.5 seconds: on a busy machine, a writer may wait that long for its disk between two files. */
const PAUSES_MS = [20, 40, 80, 160, 320, 640, 1280];

/** Whether something is wrong and stays so: a running writer may be in the middle of it, and done in a moment. */
export async function stays(isWrong: () => Promise<boolean>): Promise<boolean> {
  for (const pauseMs of PAUSES_MS) {
    if (!(await isWrong())) return false;
    await sleep(pauseMs);
  }
  return isWrong();
}

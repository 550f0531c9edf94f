import { setTimeout as sleep } from "node:timers/promises";

/** Short at first, since a writer is mostly done in a moment; in all some three seconds, for a machine under load. */
const PAUSES_MS = [20, 20, 40, 80, 160, 320, 640, 1280];

/** Whether something is wrong and stays so: a running writer may be in the middle of it, and done in a moment. */
export async function stays(isWrong: () => Promise<boolean>): Promise<boolean> {
  for (const pause of PAUSES_MS) {
    if (!(await isWrong())) return false;
    await sleep(pause);
  }
  return isWrong();
}

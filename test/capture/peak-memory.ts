import type { TestContext } from "vitest";

/** In megabytes of resident memory, Node 24 was seen to rise by 560 and to fall again within half a second. */
const RETURNS_LATE = 24;

/**
 * Skips where resident memory says little about what is held: Node 24 returns the buffers of sockets to the system late,
 * also those of a bare pipe, while what it counts as in use stays below 65 MB.
 */
export function needPromptMemory(context: Pick<TestContext, "skip">): void {
  if (Number(process.versions.node.split(".")[0]) >= RETURNS_LATE)
    context.skip("this version of Node.js returns memory late, so its growth cannot be seen from outside");
}

/** By how many bytes the memory of this process grows while the work is done: client and proxy together. */
export async function peakGrowth(work: () => Promise<void>): Promise<number> {
  const before = process.memoryUsage.rss();
  let peak = before;
  const timer = setInterval(() => {
    peak = Math.max(peak, process.memoryUsage.rss());
  }, 10);
  try {
    await work();
  } finally {
    clearInterval(timer);
  }
  return Math.max(peak, process.memoryUsage.rss()) - before;
}

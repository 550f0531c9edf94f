import { readdirSync, writeFileSync } from "node:fs";
import { setPriority } from "node:os";

/** Where Linux lists the threads of a process; they have numbers of the same kind as processes. */
const THREADS = "/proc/self/task";
/** The lowest there is. With 10, a search that ran beside it made a write a third slower on two busy processors. */
const NICENESS = 19;

/** Where Linux reads whom to end first when memory has run out: higher goes earlier, and 1000 is always the first. */
const OUT_OF_MEMORY = "/proc/self/oom_score_adj";
const EXPENDABLE = "500";

/**
 * Lets statements go first: this process gets what they leave of the processors, and when memory has run out it is
 * this one that ends, since it is started again and nothing is lost.
 *
 * On Linux a priority belongs to a thread, and setting that of the process means the calling one. The threads that
 * collect garbage and compile exist by now, so each is named; those that come later inherit it.
 */
export function stepBack(): void {
  for (const thread of threads()) {
    try {
      setPriority(thread, NICENESS);
    } catch {
      // A thread that has ended, or a system that forbids it: the server has to run all the same.
    }
  }
  try {
    writeFileSync(OUT_OF_MEMORY, EXPENDABLE);
  } catch {
    // Other systems choose by themselves.
  }
}

function threads(): number[] {
  try {
    return readdirSync(THREADS).map(Number);
  } catch {
    return [0];
  }
}

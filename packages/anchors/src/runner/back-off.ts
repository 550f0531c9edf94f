const FIRST_MS = 1000;
const LONGEST_MS = 10 * 60_000;

/**
 * How long to wait after so many failures in a row: twice as long each time, up to ten minutes. Between half of that and
 * all of it, so that those who failed together do not come back together.
 */
export function backOffMs(failures: number, random: () => number): number {
  const wholeMs = Math.min(FIRST_MS * 2 ** Math.min(failures - 1, 30), LONGEST_MS);
  return wholeMs / 2 + (wholeMs / 2) * random();
}

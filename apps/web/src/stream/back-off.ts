const FIRST_MS = 500;
const LAST_MS = 15_000;

/** How long to wait before the attempt after `failures` failed ones. `chance` (0 to 1) keeps tabs from coming at once. */
export function backOffMs(failures: number, chance: number): number {
  const longest = Math.min(LAST_MS, FIRST_MS * 2 ** Math.min(failures, 10));
  return Math.round(longest * (0.5 + chance / 2));
}

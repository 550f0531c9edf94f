import type { FoundSecret } from "../found-secret.ts";

/** Knows one form of secrets, and looks for it only where one of its anchors stands. */
export interface Detector {
  /** Words, one of which stands in each text of this form. They are found in any case. */
  readonly anchors: readonly string[];

  /** The secret whose anchor begins at `at`, as if the text ended where it ends. It looks a bounded way ahead. */
  find(text: string, at: number): FoundSecret | undefined;

  /** Where what could still become a secret begins, when the text ends in the middle of one. */
  openFrom(text: string, at: number): number | undefined;
}

/** How many code units a secret without line breaks has at most: tokens of some providers have some thousand. */
export const VALUE_LENGTH_MAX: number = 8 * 1024;

/** Whether the text ends within the value that begins at `at`. */
export function isRunToEnd(text: string, at: number, run: RegExp, lengthMax: number): boolean {
  if (text.length - at > lengthMax) return false;
  run.lastIndex = at;
  return run.test(text) ? run.lastIndex === text.length : at === text.length;
}

import { CliError } from "../error.ts";

/** A page is as long as over HTTP. */
const LIMIT_MAX = 500;

/** @throws CliError USAGE */
export function pageLimit(text: string | undefined, usual: number): number {
  if (text === undefined) return usual;
  const limit = /^\d{1,3}$/.test(text) ? Number(text) : 0;
  if (limit >= 1 && limit <= LIMIT_MAX) return limit;
  throw new CliError("USAGE", `--limit ${text} is no page`, `give a whole number from 1 to ${LIMIT_MAX}`);
}

/** Where a page begins. @throws CliError USAGE */
export function pageStart(option: string, text: string | undefined): number | undefined {
  if (text === undefined || /^\d{1,15}$/.test(text)) return text === undefined ? undefined : Number(text);
  throw new CliError("USAGE", `${option} ${text} is no page`, "give what the page before ended with");
}

/** One of several words. @throws CliError USAGE */
export function oneOf<Word extends string>(option: string, text: string, words: readonly Word[]): Word {
  const found = words.find((word) => word === text);
  if (found !== undefined) return found;
  throw new CliError("USAGE", `${option} ${text} is not known`, `choose one of ${words.join(", ")}`);
}

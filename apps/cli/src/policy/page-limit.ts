import { CliError } from "../error.ts";

const LIMIT = 50;

/** How many lines of a list are shown. @throws CliError USAGE */
export function pageLimit(text: string | undefined): number {
  if (text === undefined) return LIMIT;
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new CliError("USAGE", `--limit ${text} is no count`, "give a whole number");
}

import { CliError } from "../error.ts";

/** Something of a folder that somebody else gave cannot be read, and so nothing can be said of it. */
export function unusableFolder(what: string, cause?: unknown): CliError {
  return new CliError(
    "FILE_UNUSABLE",
    what,
    "name an evidence folder, as `custody export --bundle` makes it",
    {
      cause,
    },
  );
}

import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import type { CommandContext } from "../commands/context.ts";
import { CliError } from "../error.ts";

/**
 * The directory of a witness. It must be named: any other directory that the command would find by itself is a ledger's, and
 * a witness that lies beside the ledger which it watches falls into the same hands.
 *
 * @throws CliError USAGE
 */
export function witnessDirectory({ data, environment }: CommandContext): string {
  if (data === undefined)
    throw new CliError("USAGE", "no directory is named", "name the witness's own with --data DIR");
  const directory = resolve(environment.workingDirectory, data);
  if (existsSync(join(directory, ".state", "ledger.json")))
    throw new CliError(
      "USAGE",
      `${directory} holds a ledger`,
      "give the witness a directory of its own, on another machine",
    );
  return directory;
}

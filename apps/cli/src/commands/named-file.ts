import { readFileSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { CliError } from "../error.ts";
import type { CommandContext } from "./context.ts";

/** A file that the command line names. @throws CliError FILE_UNUSABLE */
export function readNamedFile(
  { environment }: CommandContext,
  name: string,
  advice = "name a file that exists",
): string {
  const path = resolve(environment.workingDirectory, name);
  try {
    return readFileSync(path, "utf8");
  } catch (cause) {
    throw new CliError("FILE_UNUSABLE", `${path} cannot be read`, advice, { cause });
  }
}

/** @throws CliError FILE_UNUSABLE */
export function writeNamedFile({ environment }: CommandContext, name: string, text: string): void {
  const path = resolve(environment.workingDirectory, name);
  try {
    writeFileSync(path, text);
  } catch (cause) {
    throw new CliError("FILE_UNUSABLE", `${path} cannot be written`, "name a file in a folder that exists", {
      cause,
    });
  }
}

import { readFileSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { CliError } from "../error.ts";
import type { CommandContext } from "./context.ts";

/** The text of a file that the command line names. @throws CliError FILE_UNUSABLE */
export function readNamedFile(context: CommandContext, name: string, advice?: string): string {
  return readNamedBytes(context, name, advice).toString("utf8");
}

/** @throws CliError FILE_UNUSABLE */
export function readNamedBytes(
  { environment }: CommandContext,
  name: string,
  advice = "name a file that exists",
): Buffer {
  const path = resolve(environment.workingDirectory, name);
  try {
    return readFileSync(path);
  } catch (cause) {
    throw new CliError("FILE_UNUSABLE", `${path} cannot be read`, advice, { cause });
  }
}

/** @throws CliError FILE_UNUSABLE */
export function writeNamedFile(
  { environment }: CommandContext,
  name: string,
  content: string | Uint8Array,
): void {
  const path = resolve(environment.workingDirectory, name);
  try {
    writeFileSync(path, content);
  } catch (cause) {
    throw new CliError("FILE_UNUSABLE", `${path} cannot be written`, "name a file in a folder that exists", {
      cause,
    });
  }
}

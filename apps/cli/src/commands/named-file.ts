import { closeSync, fsyncSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
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

/**
 * A file that must not be there yet, readable by its owner only. Made before anything else is done, so that nobody has
 * to ask twice; `write` makes the text durable, `discard` takes the file away again.
 *
 * @throws CliError FILE_UNUSABLE
 */
export function newNamedFile(
  { environment }: CommandContext,
  name: string,
): { readonly path: string; write(text: string): void; discard(): void } {
  const path = resolve(environment.workingDirectory, name);
  let descriptor: number;
  try {
    descriptor = openSync(path, "wx", 0o600);
  } catch (cause) {
    const isThere = (cause as NodeJS.ErrnoException).code === "EEXIST";
    const what = isThere ? `${path} is there already` : `${path} cannot be written`;
    const advice = isThere ? "name another file" : "name a file in a folder that exists";
    throw new CliError("FILE_UNUSABLE", what, advice, { cause });
  }
  return {
    discard() {
      closeSync(descriptor);
      rmSync(path, { force: true });
    },
    path,
    write(text) {
      writeFileSync(descriptor, text);
      fsyncSync(descriptor);
      closeSync(descriptor);
    },
  };
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

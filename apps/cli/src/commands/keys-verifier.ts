import { readFileSync } from "node:fs";
import { join } from "node:path";
import { nodePrimitives } from "@custody/ledger";
import { parseVerifierKey } from "@custody/ledger/verifier";
import { escapeText } from "@custody/messages";
import { dataDirectoryToRead } from "../config/data-directory.ts";
import { CliError } from "../error.ts";
import type { CommandContext } from "./context.ts";

/** Prints the public key that checkpoints and receipts are checked with. It is in a file, so no server is needed. */
export async function keysVerifier(
  context: CommandContext,
  options: { readonly all?: boolean } = {},
): Promise<number> {
  const { environment, isJson, output } = context;
  const directory = dataDirectoryToRead(environment, context);
  const line = verifierOf(directory);
  const { name } = await parseVerifierKey(line, nodePrimitives);
  const past = options.all === true ? readPast(directory) : [];
  if (isJson) output.json({ verifier: line, origin: name, ...(options.all === true ? { past } : {}) });
  else for (const each of [...past, line]) output.line(escapeText(each));
  return 0;
}

/** The verifier key of the ledger in this directory. @throws CliError FILE_UNUSABLE */
export function verifierOf(directory: string): string {
  try {
    return readFileSync(join(directory, "keys", "verifier"), "utf8").trimEnd();
  } catch (cause) {
    throw new CliError("FILE_UNUSABLE", `${directory} holds no ledger`, "name the data directory", { cause });
  }
}

/** Keys of earlier origins, oldest first: a copy that went on has more than one. */
function readPast(directory: string): string[] {
  try {
    return readFileSync(join(directory, "keys", "past-verifiers"), "utf8")
      .split("\n")
      .filter(Boolean);
  } catch {
    return [];
  }
}

import { readWitnessKey } from "@custody/anchors";
import { escapeText } from "@custody/messages";
import { CliError } from "../error.ts";
import { witnessDirectory } from "../witness/witness-directory.ts";
import type { CommandContext } from "./context.ts";

/** Prints the public key that the cosignatures of a witness are checked with: what a policy names it by. */
export async function witnessKey(context: CommandContext): Promise<number> {
  const { isJson, output } = context;
  const directory = witnessDirectory(context);
  const cosigner = await readWitnessKey(directory);
  if (cosigner === undefined)
    throw new CliError(
      "FILE_UNUSABLE",
      `${directory} holds no witness`,
      "start it once with `custody witness serve`, or name its directory",
    );
  const { name, verifierKey } = cosigner;
  if (isJson) output.json({ key: verifierKey, name });
  else output.line(escapeText(verifierKey));
  return 0;
}

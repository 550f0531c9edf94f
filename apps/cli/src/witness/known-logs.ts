import { LedgerError, nodePrimitives } from "@custody/ledger";
import { parseVerifierKey, type VerifierKey } from "@custody/ledger/verifier";
import type { CommandContext } from "../commands/context.ts";
import { readNamedFile } from "../commands/named-file.ts";
import { CliError } from "../error.ts";

const ADVICE = "give the key that `custody keys verifier` prints, or a file with such keys";

/**
 * The logs that a witness knows, by origin, from keys or from files with one key a line. A log may have several keys.
 *
 * @throws CliError USAGE, FILE_UNUSABLE
 */
export async function knownLogs(
  context: CommandContext,
  given: readonly string[],
): Promise<Map<string, VerifierKey[]>> {
  const lines = given.flatMap((each) =>
    each.includes("+") ? [each] : readNamedFile(context, each, ADVICE).split("\n"),
  );
  const logs = new Map<string, VerifierKey[]>();
  for (const line of lines
    .map((each) => each.trim())
    .filter((each) => each !== "" && !each.startsWith("#"))) {
    const key = await readKey(line);
    logs.set(key.name, [...(logs.get(key.name) ?? []), key]);
  }
  if (logs.size === 0) throw new CliError("USAGE", "no log is named, so there is nothing to witness", ADVICE);
  return logs;
}

async function readKey(line: string): Promise<VerifierKey> {
  try {
    return await parseVerifierKey(line, nodePrimitives);
  } catch (cause) {
    if (!(cause instanceof LedgerError)) throw cause;
    throw new CliError("USAGE", `--log ${line}: ${cause.message}`, ADVICE, { cause });
  }
}

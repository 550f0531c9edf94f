import type { LedgerReader } from "@custody/ledger";
import { CliError } from "../error.ts";
import { timestampedCheckpoint } from "../outside/timestamped-checkpoint.ts";
import type { CommandContext } from "./context.ts";
import { writeNamedFile } from "./named-file.ts";

interface ProveTimestampedOptions {
  readonly directory: string;
  readonly reader: LedgerReader;
  readonly index: number;
  /** Where the receipt goes; the timestamp goes beside it. */
  readonly file: string | undefined;
}

/** Writes a receipt under a checkpoint that has a timestamp, and the timestamp beside it. @throws CliError */
export async function proveTimestamped(
  context: CommandContext,
  { directory, file, index, reader }: ProveTimestampedOptions,
): Promise<number> {
  const { isJson, output } = context;
  if (file === undefined)
    throw new CliError("USAGE", "a receipt with its timestamp is two files", "name one with --output");
  const found = await timestampedCheckpoint(directory, reader, index);
  if (found === undefined)
    throw new CliError(
      "NOT_COVERED",
      `no checkpoint with a timestamp covers entry ${index} yet`,
      "see `timestamps` in custody.yaml, and try again after its next turn",
    );
  const timestamp = `${file}.tsr`;
  writeNamedFile(context, file, await reader.prove(index, { checkpoint: found.note }));
  writeNamedFile(context, timestamp, found.timestamp);
  if (isJson) output.json({ file, index, timestamp });
  else output.hint(`custody: the receipt of entry ${index} is in ${file}, its timestamp in ${timestamp}`);
  return 0;
}

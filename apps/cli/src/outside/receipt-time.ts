import { resolve } from "node:path";
import { verifyTimestamp } from "@custody/anchors";
import { parseReceipt } from "@custody/ledger/verifier";
import type { CommandContext } from "../commands/context.ts";
import { readNamedBytes } from "../commands/named-file.ts";
import { CliError } from "../error.ts";
import { rootsIn } from "./timestamp-roots.ts";
import { type TimestampWords, timestampWords } from "./timestamp-words.ts";

export interface ReceiptTimeOptions {
  /** A file with the timestamp of the receipt's checkpoint. */
  readonly timestamp?: string;
  /** A file in PEM: who is trusted to say what time it is. */
  readonly timestampsRoots?: string;
}

/**
 * When the receipt's checkpoint was there, by somebody else's clock; undefined when nobody asks.
 *
 * @throws AnchorError when the timestamp does not prove it, CliError
 */
export function receiptTime(
  context: CommandContext,
  receipt: string,
  { timestamp, timestampsRoots }: ReceiptTimeOptions,
): TimestampWords | undefined {
  if (timestamp === undefined && timestampsRoots === undefined) return undefined;
  if (timestamp === undefined || timestampsRoots === undefined)
    throw new CliError(
      "USAGE",
      "a timestamp is checked with the roots of who gave it",
      "name both: --timestamp and --timestamps-roots",
    );
  const roots = rootsIn(resolve(context.environment.workingDirectory, timestampsRoots), "--timestamps-roots");
  const message = Buffer.from(parseReceipt(receipt).checkpoint);
  return timestampWords(verifyTimestamp({ message, roots, timestamp: readNamedBytes(context, timestamp) }));
}

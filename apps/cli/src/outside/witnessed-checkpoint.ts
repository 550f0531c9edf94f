import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type LedgerReader, nodePrimitives } from "@custody/ledger";
import { openNote, parseCheckpoint, parseVerifierKey } from "@custody/ledger/verifier";

/** The newest checkpoint that enough witnesses have cosigned, as the server keeps it. */
export interface WitnessedCheckpoint {
  readonly note: string;
  readonly size: number;
}

/**
 * Undefined where there is none, or none of this ledger as it is now: a receipt with it would prove nothing. Whether the
 * cosignatures are right is not looked at here; whoever checks the receipt does, by a policy of their own.
 */
export async function witnessedCheckpoint(
  directory: string,
  reader: LedgerReader,
): Promise<WitnessedCheckpoint | undefined> {
  try {
    const note = readFileSync(join(directory, "outside", "witnessed"), "utf8");
    const vkey = readFileSync(join(directory, "keys", "verifier"), "utf8").trim();
    const { text } = await openNote(note, [await parseVerifierKey(vkey, nodePrimitives)], nodePrimitives);
    const { origin, root, size } = parseCheckpoint(text);
    const isOurs = origin === reader.origin && (await reader.rootAt(size)).equals(root);
    return isOurs ? { note, size } : undefined;
  } catch {
    return undefined;
  }
}

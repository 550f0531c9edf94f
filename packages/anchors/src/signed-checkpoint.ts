import { parseCheckpoint, parseNote } from "@custody/ledger/verifier";
import type { SignedCheckpoint } from "./place.ts";

/** Reads what a published checkpoint says. Its signatures are not checked here. */
export function signedCheckpoint(note: string): SignedCheckpoint {
  const { origin, root, size } = parseCheckpoint(parseNote(note).text);
  return { note, origin, size, root: Buffer.from(root) };
}

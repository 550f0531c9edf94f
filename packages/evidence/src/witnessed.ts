import {
  type Checkpoint,
  decodeBase64,
  LedgerError,
  openNote,
  type Primitives,
  parseCheckpoint,
  type VerifierKey,
  verifyConsistency,
} from "@custody/ledger/verifier";

/** A checkpoint that others have signed as well, and what leads from it to the one of the evidence. */
export interface Witnessed {
  readonly note: string;
  /** A hash a line, in base64. */
  readonly consistency: string;
}

export interface WitnessedVerdict {
  readonly size: number;
  /** Who else has signed it, by their own word: their signatures are not checked here. */
  readonly names: readonly string[];
}

/** Undefined when the checkpoint is not the beginning of the other, or not signed by the same log. */
export async function checkWitnessed(
  { consistency, note }: Witnessed,
  checkpoint: Checkpoint,
  verifierKey: VerifierKey,
  primitives: Primitives,
): Promise<WitnessedVerdict | undefined> {
  const proof = consistency.split("\n").filter(Boolean).map(decodeBase64);
  if (!proof.every((hash) => hash !== undefined)) return undefined;
  try {
    const { text, unverified } = await openNote(note, [verifierKey], primitives);
    const { origin, root, size } = parseCheckpoint(text);
    if (origin !== checkpoint.origin) return undefined;
    const claim = { first: size, firstRoot: root, second: checkpoint.size, secondRoot: checkpoint.root };
    await verifyConsistency({ ...claim, proof }, primitives);
    return { names: unverified.map(({ name }) => name), size };
  } catch (error) {
    if (!(error instanceof LedgerError)) throw error;
    return undefined;
  }
}

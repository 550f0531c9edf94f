import { LedgerError, nodePrimitives } from "@custody/ledger";
import { openNote, type VerifierKey, verifyConsistency } from "@custody/ledger/verifier";
import { AnchorError } from "../error.ts";
import type { SignedCheckpoint } from "../place.ts";
import { signedCheckpoint } from "../signed-checkpoint.ts";

/** The ledger, as those need it who hold an older checkpoint of it. */
export interface History {
  /** What this ledger signs with. */
  readonly verifierKey: VerifierKey;
  /** The hashes that lead from the tree of one size to that of a larger one, RFC 6962, section 2.1.2. */
  proveConsistency(first: number, second: number): Promise<readonly Uint8Array[]>;
}

interface HeldClaim {
  /** What the place holds: the note of an older checkpoint. */
  readonly held: string;
  /** Where it holds it, for errors. */
  readonly where: string;
  /** What shall be kept next. */
  readonly checkpoint: SignedCheckpoint;
  readonly history: History;
}

/**
 * Holds what a place has against the ledger: history must begin with it. A place that has more than the ledger, or
 * something else at some size, is the witness that it was rewritten or put back.
 *
 * @throws AnchorError PLACE_CONTRADICTED, EVIDENCE_MALFORMED, EVIDENCE_INVALID
 */
export async function confirmHeld({ checkpoint, held, history, where }: HeldClaim): Promise<void> {
  const older = await openHeld(held, where, history.verifierKey);
  if (older.origin !== checkpoint.origin)
    throw new AnchorError("EVIDENCE_INVALID", `${where} holds a checkpoint of another log, ${older.origin}`);
  if (older.size > checkpoint.size)
    contradict(`${where} covers ${older.size} entries, and the ledger has signed ${checkpoint.size} only`);
  const proof = await history.proveConsistency(older.size, checkpoint.size);
  try {
    await verifyConsistency(
      {
        first: older.size,
        firstRoot: older.root,
        second: checkpoint.size,
        secondRoot: checkpoint.root,
        proof,
      },
      nodePrimitives,
    );
  } catch (cause) {
    if (!(cause instanceof LedgerError)) throw cause;
    contradict(`the first ${older.size} entries of the ledger are not those that ${where} covers`, cause);
  }
}

/** Anybody may have put something there; a claim about the past is only what the ledger has signed. */
async function openHeld(held: string, where: string, key: VerifierKey): Promise<SignedCheckpoint> {
  const checkpoint = readHeld(held, where);
  try {
    await openNote(held, [key], nodePrimitives);
  } catch (cause) {
    throw new AnchorError("EVIDENCE_INVALID", `${where} holds a checkpoint that this ledger has not signed`, {
      cause,
    });
  }
  return checkpoint;
}

function readHeld(held: string, where: string): SignedCheckpoint {
  try {
    return signedCheckpoint(held);
  } catch (cause) {
    throw new AnchorError("EVIDENCE_MALFORMED", `${where} holds something else than a checkpoint`, { cause });
  }
}

function contradict(what: string, cause?: unknown): never {
  throw new AnchorError("PLACE_CONTRADICTED", what, cause === undefined ? undefined : { cause });
}

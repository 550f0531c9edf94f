import { LedgerError, nodePrimitives } from "@custody/ledger";
import { openNote, type VerifierKey, verifyConsistency } from "@custody/ledger/verifier";
import { AnchorError } from "../error.ts";
import type { SignedCheckpoint } from "../place.ts";
import { signedCheckpoint } from "../signed-checkpoint.ts";
import type { ProvableLedger } from "../witness/provable-ledger.ts";

/** Whose checkpoints a place keeps. */
export interface KeptLedger {
  readonly ledger: ProvableLedger;
  readonly logKey: VerifierKey;
}

interface HeldClaim extends KeptLedger {
  /** What the place holds: the note of an older checkpoint. */
  readonly held: string;
  /** Where it holds it, for errors. */
  readonly where: string;
  /** What shall be kept next. */
  readonly checkpoint: SignedCheckpoint;
}

const KEEP = "keep both as they are, and find out which of them was changed";

/**
 * Holds what a place has against the ledger: history must begin with it. A place that has more than the ledger, or
 * something else at some size, is the witness that it was rewritten or put back.
 *
 * @throws AnchorError PLACE_CONTRADICTED, EVIDENCE_INVALID, PLACE_REFUSED
 */
export async function confirmHeld(claim: HeldClaim): Promise<void> {
  const { checkpoint, held, ledger, where } = claim;
  const older = await openHeld(claim);
  if (older.size > checkpoint.size) return await explainLarger(older, claim);
  const proof = await ledger.proveConsistency(older.size, checkpoint.size);
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
    throw contradiction(`${where} covers ${older.size} entries that are not the ledger's first`, held, cause);
  }
}

/** The place has a larger tree than the one at hand. */
async function explainLarger(older: SignedCheckpoint, { held, ledger, where }: HeldClaim): Promise<never> {
  const published = await ledger.publishedSize();
  const isOurs = older.size <= published && older.root.equals(Buffer.from(await ledger.rootAt(older.size)));
  if (isOurs) throw new AnchorError("PLACE_REFUSED", `${where} is newer — the next checkpoint will do`);
  throw contradiction(
    `${where} covers ${older.size} entries, and the ledger has published ${published}`,
    held,
  );
}

/** Anybody may have put something there; a claim about the past is only what the ledger has signed. */
async function openHeld({ checkpoint, held, logKey, where }: HeldClaim): Promise<SignedCheckpoint> {
  const advice = "it was changed, or is somebody else's: look at it, and move it away";
  try {
    await openNote(held, [logKey], nodePrimitives);
    const older = signedCheckpoint(held);
    if (older.origin === checkpoint.origin) return older;
  } catch (cause) {
    const what = `${where} is no checkpoint that this ledger has signed`;
    throw new AnchorError("EVIDENCE_INVALID", `${what} — ${advice}`, { cause });
  }
  throw new AnchorError("EVIDENCE_INVALID", `${where} is a checkpoint of another log — ${advice}`);
}

function contradiction(what: string, evidence: string, cause?: unknown): AnchorError {
  return new AnchorError("PLACE_CONTRADICTED", `${what} — ${KEEP}`, { cause, evidence });
}

import { type AddCheckpoint, LedgerError, nodePrimitives } from "@custody/ledger";
import {
  type Checkpoint,
  decodeBase64,
  type NoteSignature,
  openNote,
  parseCheckpoint,
  type VerifierKey,
  verifyConsistency,
} from "@custody/ledger/verifier";

/** What a witness makes of a checkpoint. */
export type Verdict =
  | {
      readonly kind: "cosign";
      readonly checkpoint: Checkpoint;
      /** By the log's own keys, checked. */
      readonly signatures: readonly NoteSignature[];
      readonly text: string;
    }
  /** The log asked from another tree than the one that was cosigned last. */
  | { readonly kind: "conflict"; readonly size: number }
  /** The log has signed it, and it does not follow from what was cosigned: perhaps proof that the log has forked. */
  | { readonly kind: "inconsistent"; readonly size: number; readonly why: string }
  | { readonly kind: "refuse"; readonly status: 400 | 403 | 404; readonly why: string };

/** The keys of each log that the witness knows, by origin. */
export type KnownLogs = ReadonlyMap<string, readonly VerifierKey[]>;

/** A tree that was cosigned. Before the first one it is the empty tree, which every tree follows from. */
export type CosignedTree = Pick<Checkpoint, "root" | "size">;

/**
 * Judges a request by https://c2sp.org/tlog-witness, "add-checkpoint", in the order in which that says what is checked.
 * It decides only: whoever calls it must keep what it says to cosign, durably, before it asks about the same log again.
 */
export async function judge(
  { checkpoint: note, oldSize, proof }: AddCheckpoint,
  logs: KnownLogs,
  latestOf: (origin: string) => CosignedTree,
): Promise<Verdict> {
  const origin = originOf(note);
  const keys = logs.get(origin);
  if (keys === undefined) return refuse(404, "no log of this origin is known here");
  const opened = await openNote(note, keys, nodePrimitives).catch(asUnverified);
  if (opened === undefined) return refuse(403, "no key of this log has signed the checkpoint");
  const checkpoint = readCheckpoint(opened.text);
  if (checkpoint === undefined) return refuse(400, "the note is not a checkpoint");
  const { size } = checkpoint;
  if (oldSize > size) return refuse(400, `the old size ${oldSize} is larger than the checkpoint's ${size}`);
  const latest = latestOf(origin);
  if (oldSize !== latest.size) return { kind: "conflict", size: latest.size };
  const claim = { first: oldSize, firstRoot: latest.root, proof, second: size, secondRoot: checkpoint.root };
  const wrong = await whyInconsistent(claim, opened.text);
  return wrong === undefined
    ? { checkpoint, kind: "cosign", signatures: opened.verified, text: opened.text }
    : { kind: "inconsistent", size, why: wrong };
}

/** The first line of the note, which says whose keys to check it with. */
export function originOf(note: string): string {
  return note.slice(0, note.indexOf("\n"));
}

function asUnverified(error: unknown): undefined {
  if (error instanceof LedgerError && error.code === "NOTE_UNVERIFIED") return undefined;
  throw error;
}

/** An empty tree with another root is a well-formed checkpoint here: what is wrong with it is not its form. */
function readCheckpoint(text: string): Checkpoint | undefined {
  try {
    return parseCheckpoint(text);
  } catch (error) {
    const [origin = "", size, rootText = "", ...extensions] = text.split("\n");
    const root = decodeBase64(rootText);
    if (size === "0" && root?.length === 32) return { extensions, origin, root, size: 0 };
    if (error instanceof LedgerError) return undefined;
    throw error;
  }
}

async function whyInconsistent(
  claim: Parameters<typeof verifyConsistency>[0],
  text: string,
): Promise<string | undefined> {
  try {
    // Also says whether the root of an empty tree is the one that it must have.
    parseCheckpoint(text);
    await verifyConsistency(claim, nodePrimitives);
    return undefined;
  } catch (error) {
    if (error instanceof LedgerError) return error.message;
    throw error;
  }
}

function refuse(status: 400 | 403 | 404, why: string): Verdict {
  return { kind: "refuse", status, why };
}

import { LedgerError } from "../error.ts";
import { type Checkpoint, parseCheckpoint } from "./checkpoint.ts";
import { verifyCosignature } from "./cosignature.ts";
import type { CosignerKey } from "./cosigner-key.ts";
import { type NoteSignature, openNote } from "./note.ts";
import { type Primitives, webPrimitives } from "./primitives.ts";
import type { VerifierKey } from "./verifier-key.ts";

/** A cosignature that was checked. */
export interface Cosignature<Key extends CosignerKey = CosignerKey> {
  /** The one of the given keys that made it. */
  readonly key: Key;
  readonly signature: NoteSignature;
  /** Seconds since 1970. */
  readonly timeS: number;
}

export interface CosignedCheckpoint<Key extends CosignerKey = CosignerKey> {
  readonly checkpoint: Checkpoint;
  readonly cosignatures: readonly Cosignature<Key>[];
  /** The log's own, which were checked. */
  readonly signatures: readonly NoteSignature[];
  readonly text: string;
}

/**
 * Reads a checkpoint that a log has signed and witnesses have cosigned. The log's signature must be there; cosignatures
 * of keys that are not given are passed over. One of a given key that is wrong spoils the whole note, as it does in
 * `openNote`: whoever changed it may have changed more.
 *
 * @throws LedgerError NOTE_MALFORMED, NOTE_UNVERIFIED, CHECKPOINT_MALFORMED
 */
export async function openCosignedCheckpoint<Key extends CosignerKey>(
  note: string | Uint8Array,
  keys: { readonly log: readonly VerifierKey[]; readonly cosigners: readonly Key[] },
  primitives: Primitives = webPrimitives,
): Promise<CosignedCheckpoint<Key>> {
  const { text, unverified, verified } = await openNote(note, keys.log, primitives);
  const checkpoint = parseCheckpoint(text);
  const cosignatures: Cosignature<Key>[] = [];
  for (const signature of unverified) {
    const key = keys.cosigners.find(
      ({ keyId, name }) => keyId === signature.keyId && name === signature.name,
    );
    if (key === undefined) continue;
    const timeS = await verifyCosignature({ key, signature: signature.signature, text }, primitives);
    if (timeS === undefined)
      throw new LedgerError("NOTE_UNVERIFIED", `The cosignature of ${key.name} on the checkpoint is wrong`);
    cosignatures.push({ key, signature, timeS });
  }
  return { checkpoint, cosignatures, signatures: verified, text };
}

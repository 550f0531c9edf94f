/**
 * Checks what a ledger says without trusting it, in Node or in a browser: nothing here needs more than Web Crypto.
 * Start reading at `verifyReceipt`.
 */

export type { LedgerErrorCode } from "../error.ts";
export { LedgerError } from "../error.ts";
export type { BundleCoordinates, TileCoordinates } from "../merkle/tile-path.ts";
export {
  entriesPath,
  parseEntriesPath,
  parseTilePath,
  TILE_WIDTH,
  tilePath,
  tilesOfSize,
  tileWidth,
} from "../merkle/tile-path.ts";
export { decodeBase64, encodeBase64 } from "./base64.ts";
export type { Checkpoint } from "./checkpoint.ts";
export { formatCheckpoint, parseCheckpoint } from "./checkpoint.ts";
export { commitment } from "./commitment.ts";
export { verifyCosignature } from "./cosignature.ts";
export type { Cosignature, CosignedCheckpoint } from "./cosigned-checkpoint.ts";
export { openCosignedCheckpoint } from "./cosigned-checkpoint.ts";
export type { CosignerKey } from "./cosigner-key.ts";
export { formatCosignerKey, parseCosignerKey } from "./cosigner-key.ts";
export type { Disclosure, Opening } from "./disclosure.ts";
export { formatDisclosure, parseDisclosure } from "./disclosure.ts";
export type { Envelope } from "./envelope.ts";
export { formatEnvelope, parseEnvelope } from "./envelope.ts";
export type { Note, NoteSignature, OpenedNote } from "./note.ts";
export { formatNote, openNote, parseNote } from "./note.ts";
export { PartialTree } from "./partial-tree.ts";
export type { Primitives } from "./primitives.ts";
export { webPrimitives } from "./primitives.ts";
export type { ConsistencyClaim, InclusionClaim } from "./proof.ts";
export { verifyConsistency, verifyInclusion } from "./proof.ts";
export { isQuorum } from "./quorum.ts";
export type { Receipt } from "./receipt.ts";
export { formatReceipt, parseReceipt } from "./receipt.ts";
export { leafHash, nodeHash } from "./tree-hash.ts";
export type { VerifierKey } from "./verifier-key.ts";
export { formatVerifierKey, parseVerifierKey } from "./verifier-key.ts";
export type { DisclosureClaim, VerifiedDisclosure } from "./verify-disclosure.ts";
export { verifyDisclosure, verifyOpening } from "./verify-disclosure.ts";
export type { ReceiptClaim, VerifiedReceipt } from "./verify-receipt.ts";
export { verifyReceipt } from "./verify-receipt.ts";
export type { PolicyGroup, PolicyLog, PolicyWitness, WitnessPolicy } from "./witness-policy.ts";
export { parseWitnessPolicy } from "./witness-policy.ts";

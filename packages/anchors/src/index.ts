export type { AnchorErrorCode } from "./error.ts";
export { AnchorError } from "./error.ts";
export type { WitnessAnswer, WitnessOptions } from "./own-witness/witness.ts";
export { Witness } from "./own-witness/witness.ts";
export { readWitnessKey } from "./own-witness/witness-key.ts";
export type { Kept, Place, PlaceKind, SignedCheckpoint } from "./place.ts";
export { signedCheckpoint } from "./signed-checkpoint.ts";

export type { AnchorErrorCode } from "./error.ts";
export { AnchorError } from "./error.ts";
export type { Kept, Place, PlaceKind, SignedCheckpoint } from "./place.ts";
export { signedCheckpoint } from "./signed-checkpoint.ts";

export type { AnchorErrorCode } from "./error.ts";
export { AnchorError } from "./error.ts";
export type { FilePlaceOptions } from "./file/file-place.ts";
export { filePlace } from "./file/file-place.ts";
export type { GitPlaceOptions } from "./git/git-place.ts";
export { gitPlace } from "./git/git-place.ts";
export type { History } from "./held/confirm-held.ts";
export type { Kept, Place, PlaceKind, SignedCheckpoint } from "./place.ts";
export { signedCheckpoint } from "./signed-checkpoint.ts";

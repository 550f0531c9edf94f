import type { PlaceKind } from "../place.ts";

interface AboutPlace {
  readonly kind: PlaceKind;
  readonly place: string;
  /** Of the checkpoint that the place was given. */
  readonly size: number;
}

interface Trouble extends AboutPlace {
  /** Of the error; docs/errors.md. */
  readonly code: string;
  readonly reason: string;
}

/** What the ledger is to remember about copies of its checkpoints. */
export type CheckpointEvent =
  | (AboutPlace & {
      readonly type: "checkpoint.witnessed";
      readonly origin: string;
      /** In base64. */
      readonly root: string;
      /** Lines of a signed note: with origin, size and root they can be checked by themselves. */
      readonly cosignatures: readonly string[];
    })
  | (Trouble & { readonly type: "checkpoint.witness-failed" })
  | (Trouble & {
      readonly type: "checkpoint.contradicted";
      /** Where below `outside/` the proof is, when there is one. */
      readonly evidence?: string;
    });

import type { Place } from "../entry.ts";
import type { DataKey } from "../keys/key-ring.ts";
import type { Digest } from "../merkle/digest.ts";

/** What is known of an entry when it is accepted. Its payload goes another way; see `Batch`. */
export interface AcceptedEntry {
  readonly place: Place;
  readonly type: string;
  readonly timeMs: number;
  readonly sequence: number;
  readonly payloadBytes: number;
  readonly key: DataKey;
  readonly tenant: string;
  readonly source: string;
  readonly session: string | undefined;
  /** Where its payload stands in the batch; set when it joins one. */
  offset: number;
  /** To its payload; likewise. */
  commitment: Digest;
  /** Its payload's place in its block, and SHA-256 of that; set when the block is sealed. */
  ordinal: number;
  digest: Digest;
}

import type { Purged } from "./erasure/eraser.ts";
import type { ErasureOrder } from "./erasure/order.ts";
import { canonicalJson } from "./json/canonical.ts";

/** What the ledger writes about itself. Its own entries begin with `ledger.` or `key.`. */
export type LedgerEvent =
  | { readonly type: "ledger.created"; readonly origin: string }
  | { readonly type: "ledger.opened"; readonly epoch: number; readonly size: number }
  | { readonly type: "ledger.closed"; readonly epoch: number; readonly size: number }
  /** Bytes at the end of the write-ahead file that were no whole frame after an unclean stop; kept in `file`. */
  | {
      readonly type: "ledger.recovered";
      readonly firstIndex: number;
      readonly bytes: number;
      readonly digest: string;
      readonly file: string;
      readonly possiblyAcknowledged: boolean;
    }
  /**
   * A copy became a ledger of its own, under a new origin and signing key. `size` entries were here; the checkpoint of
   * `knownSize` is the largest of the previous origin that was at hand, so what is between the two is lost at least.
   */
  | {
      readonly type: "ledger.restored";
      readonly origin: string;
      readonly size: number;
      readonly root: string;
      readonly reason: string;
      readonly previousOrigin: string;
      readonly previousVerifier: string;
      readonly knownSize?: number;
      readonly knownRoot?: string;
      readonly copiedAtMs?: number;
    }
  /** Keys are to be destroyed; see `ErasureOrder`. Written before any of it is done. */
  | ({ readonly type: "key.shred-ordered" } & ErasureOrder)
  /** The keys of the order at this index are destroyed, and so many blocks that they sealed are taken away. */
  | ({ readonly type: "key.shred-completed" } & Purged)
  /** Every key is wrapped under another master key, of this generation, kept where `source` says. */
  | { readonly type: "key.rotated"; readonly generation: number; readonly source: string }
  /** A copy of the master key of this generation is given to whoever can open it. Written before anybody has it. */
  | {
      readonly type: "key.exported";
      readonly generation: number;
      readonly recipients: readonly string[];
      readonly by: string;
    }
  /** `check` is a keyed value that shows later that a key of this id is the same key. */
  | { readonly type: "key.created"; readonly key: string; readonly check: string };

/** Where the event stands; a payload that repeats these can be compared with its envelope. */
export interface EventContext {
  readonly instance: string;
  readonly sequence: number;
  readonly timeMs: number;
}

/** Gives an event its payload, in whatever form the caller's other payloads have. */
export type DescribeEvent = (event: LedgerEvent, context: EventContext) => string;

export const describeEventAsJson: DescribeEvent = (event, context) => canonicalJson({ ...event, ...context });

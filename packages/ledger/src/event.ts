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

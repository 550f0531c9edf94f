import type { AnchorSettings, TimestampSettings } from "./anchor-settings.ts";

/** Which places outside this machine get checkpoints. Texts and numbers only: it goes through a pipe. */
export interface OutsideSettings {
  readonly timestamps?: TimestampSettings;
  readonly anchors?: readonly AnchorSettings[];
  readonly witnesses?: {
    /** The text of a policy, c2sp.org/tlog-policy. */
    readonly policy: string;
    readonly everyMs: number;
    /** Whether witnesses off loopback may be asked without TLS. */
    readonly allowPlaintext: boolean;
  };
}

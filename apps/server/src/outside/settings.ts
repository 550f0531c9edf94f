/** Which places outside this machine get checkpoints. Texts and numbers only: it goes through a pipe. */
export interface OutsideSettings {
  readonly witnesses?: {
    /** The text of a policy, c2sp.org/tlog-policy. */
    readonly policy: string;
    readonly everyMs: number;
    /** Whether witnesses off loopback may be asked without TLS. */
    readonly allowPlaintext: boolean;
  };
}

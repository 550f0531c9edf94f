/** What policy said. The final record of an action repeats it, so that nobody has to join. */
export interface Decision {
  /** What a human's approval of it takes; only where the effect is `approve`. */
  readonly approval?: ApprovalTerms;
  readonly effect: "allow" | "deny" | "approve" | "simulate";
  /** It holds only if the rows that are truly changed are within limits: see `Decider.judge`. */
  readonly isMeasured?: true;
  /** SHA-256, in hex, of the policy's text and of what stands behind it. */
  readonly policy: string;
  /** For people; shown in the refusal. */
  readonly reasons: readonly string[];
  /** The name of the rule that matched, or of the built-in that refused. */
  readonly rule: string;
}

/** How an act is put before people. */
export interface ApprovalTerms {
  /** `start`: before it runs. `commit`: after it ran in its transaction, before that may end. */
  readonly at: "start" | "commit";
  /** How many different people must say yes. */
  readonly approvers: number;
  /** Each yes must be signed by a passkey. */
  readonly isPasskeyNeeded?: true;
  /** How long the act waits. */
  readonly waitMs: number;
  /** How long a yes can be used, from when it was given. */
  readonly validMs: number;
}

/** What holds where a rule asks for approval and says no more. */
export const DEFAULT_APPROVAL: ApprovalTerms = Object.freeze({
  approvers: 1,
  at: "start",
  validMs: 15 * 60_000,
  waitMs: 10 * 60_000,
});

/** Who said yes or no, and how sure it is that it was they. */
export interface Approver {
  readonly assurance: "token" | "password" | "sso" | "passkey";
  readonly id: string;
  /** How they came in: `password`, `device`, `passkey` … */
  readonly method: string;
  readonly name: string;
}

/** A human's answer to a held action. */
export interface Approval {
  /** The one whose answer decided it. */
  readonly approver?: Approver;
  /** Everybody who said yes, when several had to. */
  readonly approvers?: readonly Approver[];
  readonly decidedAt?: string;
  readonly expiresAt: string;
  readonly id: string;
  readonly reason?: string;
  readonly requestedAt: string;
  /** Digest of what the human was shown. */
  readonly shown: string;
  readonly state: "requested" | "granted" | "refused" | "expired" | "withdrawn" | "consumed";
  /** Why what it truly did was not compared with what was approved. */
  readonly unenforceable?: string;
}

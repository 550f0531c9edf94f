/** What policy said. The final record of an action repeats it, so that nobody has to join. */
export interface Decision {
  readonly effect: "allow" | "deny" | "approve" | "simulate";
  /** SHA-256 of the policy's text, in hex. */
  readonly policy: string;
  /** For people; shown in the refusal. */
  readonly reasons: readonly string[];
  /** The name of the rule that matched, or of the built-in that refused. */
  readonly rule: string;
}

/** A human's answer to a held action. */
export interface Approval {
  readonly approver?: {
    readonly assurance: "token" | "password" | "sso" | "passkey";
    readonly id: string;
    readonly method: string;
    readonly name: string;
  };
  readonly decidedAt?: string;
  readonly expiresAt: string;
  readonly id: string;
  readonly reason?: string;
  readonly requestedAt: string;
  /** Digest of what the human was shown. */
  readonly shown: string;
  readonly state: "requested" | "granted" | "refused" | "expired" | "withdrawn" | "consumed";
}

import type { Environment, Parameter, Simulation } from "@custody/domain";
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";

/** What waits for a human, as the server lists it: docs/api.md. */
export interface Hold {
  readonly id: string;
  readonly state: "requested" | "granted" | "refused" | "expired" | "withdrawn" | "consumed";
  readonly action: string;
  readonly session: string;
  readonly project: string;
  readonly target: string;
  /** What a human is shown, as JSON. */
  readonly text: string;
  readonly waits: boolean;
  readonly approvers: number;
  readonly agreed: readonly { readonly id: string; readonly name: string }[];
  readonly requestedAt: string;
  readonly expiresAt: string;
  readonly reason: string | null;
  /** Why whoever is signed in may not approve it. */
  readonly hindrance: "not-permitted" | "own" | "said-yes" | "passkey" | null;
}

export interface HoldPage {
  readonly holds: readonly Hold[];
  readonly next: string | null;
}

/** What stands in `text`. */
export interface ShownHold {
  readonly statements: readonly ShownStatement[];
  /** What they run and do not say themselves: what was prepared before. Holds of before do not have it. */
  readonly runs?: readonly string[];
  readonly target: {
    readonly name: string;
    readonly environment: Environment;
    readonly database: string;
    readonly identity: string;
  };
  readonly asker: { readonly agent: string; readonly human: string };
  readonly role: string;
  readonly searchPath: string;
  readonly rule: string;
  readonly reasons: readonly string[];
  readonly impact?: Simulation;
  /** The digest of the rows before and after, where they are shown. */
  readonly rows?: string;
  readonly unenforceable?: string;
  readonly isInTransaction: boolean;
}

export interface ShownStatement {
  readonly verb: string;
  readonly text: string;
  readonly parameters: readonly Parameter[];
  readonly bytes?: string;
}

/** Of all lists of holds: whatever changes makes each of them be asked for again. */
export const HOLDS_KEY = "holds";

export function shownOf({ text }: Hold): ShownHold {
  return JSON.parse(text) as ShownHold;
}

/** An answer names exactly the text that the reader had before them, whatever the server says its digest is. */
export function digestOf({ text }: Pick<Hold, "text">): string {
  return bytesToHex(sha256(utf8ToBytes(text)));
}

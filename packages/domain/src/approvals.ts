import type { Action } from "./action.ts";
import type { Approval, ApprovalTerms, Decision } from "./decision.ts";
import type { Simulation } from "./simulation.ts";

/** Under which circumstances acts were asked for: under others, the same bytes mean something else. */
export interface Circumstances {
  /** What the messages have around their statements: white space, comments and semicolons. */
  readonly around: readonly string[];
  /** The object id and name of each thing that is named, and of functions what they consist of; sorted. */
  readonly objects: readonly string[];
  /** What is run by a name, in the words in which it was prepared: the bytes of an EXECUTE do not have them. */
  readonly runs: readonly string[];
  /** The role that the act has the rights of, and the one that the connection was opened with. */
  readonly role: string;
  readonly sessionRole: string;
  /** By name: the search path, and whatever else decides what a statement means. */
  readonly settings: Readonly<Record<string, string>>;
}

/** Acts for which a human is asked: all that travel together, since they run together or not at all. */
export interface Asked {
  readonly actions: readonly Action[];
  /** The first of them that needs a human. */
  readonly held: Action;
  readonly circumstances: Circumstances;
  /** Of the first of them that needs a human; `terms` are the strictest of all. */
  readonly decision: Decision;
  /** What they would do, or did before it was taken back. */
  readonly impact?: Simulation | undefined;
  /**
   * The digest (SHA-256, hex) of the rows themselves, where they are shown. They stand in a record of their own, under the
   * session's key, so that they go when its data is erased; that they were shown stays.
   */
  readonly rows?: string | undefined;
  readonly isInTransaction: boolean;
  readonly terms: ApprovalTerms;
  /** Why what they truly do cannot be compared with what was approved. */
  readonly unenforceable?: string | undefined;
  /** Whether whoever asks waits for the answer, or comes again. */
  readonly waits: boolean;
}

/** A yes that is used up: it is on record, durable, that it can never be used again. */
export interface Consent {
  readonly approval: Approval;
  /** What was approved; true rows may stay within it, and not go beyond. Undefined where nobody knew. */
  readonly bound?: Simulation | undefined;
  /** Instead: whatever is done to these, `schema.name`, and nothing to anything else. */
  readonly scope?: readonly string[] | undefined;
}

/** Acts that wait. */
export interface Hold {
  readonly id: string;
  readonly expiresAt: string;
  /** Resolves when somebody has decided, or nobody will any more. */
  readonly ended: Promise<Approval>;
  /** Uses a yes up. Undefined when it is none, or is not for what is asked now. */
  consume(asked: Asked): Promise<Consent | undefined>;
  /** Nobody waits for it any more. */
  withdraw(reason: string): Promise<void>;
}

/** Where acts wait for people. Rejects with whatever the ledger says when it cannot record. */
export interface Approvals {
  /** Uses up a yes that was given before for exactly this, or that covers it. */
  take(asked: Asked): Promise<Consent | undefined>;
  /** Puts acts before people; on record, and durable, when it resolves. @throws when there are too many, or they are too long */
  hold(asked: Asked): Promise<Hold>;
}

import type { Actor } from "./actor.ts";
import type { Decision } from "./decision.ts";
import type { Links } from "./record.ts";

export type OperationKind =
  | "read"
  | "insert"
  | "update"
  | "delete"
  | "merge"
  | "define"
  | "grant"
  | "call"
  | "transaction"
  | "copy"
  | "admin"
  | "unknown";

/** How much harm an operation can do, in rising order. */
export type Tier = "read" | "write" | "destructive" | "admin";

/** A thing that an operation touches. `resolved` says who told us its name. */
export interface TouchedObject {
  readonly database: string;
  readonly name: string;
  readonly resolved: "catalog" | "syntax";
  readonly role: "read" | "write" | "define";
  readonly schema?: string;
}

/** What can stand between a statement and what it does: a foreign key, code, a view, or a table that consists of others. */
export type Via = "cascade" | "function" | "partition" | "rule" | "trigger" | "view";

/** One thing that a statement does. A statement can do several (a CTE that writes and a read around it). */
export interface Operation {
  readonly kind: OperationKind;
  readonly objects: readonly TouchedObject[];
  readonly tier: Tier;
  /** A write without a predicate that tells one row of its table from another; never `false`. */
  readonly unbounded?: boolean;
  /** What makes it happen, when the statement does not say it itself. */
  readonly via?: Via;
  /** The statement's keyword, e.g. `DELETE`, `TRUNCATE`, `COPY FROM`, `ALTER ROLE`. */
  readonly verb: string;
}

/** A bound value. `value` is the decoded text, `hex` the bytes of a type we do not decode; SQL NULL has neither. */
export interface Parameter {
  readonly hex?: string;
  readonly index: number;
  readonly null?: true;
  /** The engine's own type name, or its number when the name is not known. */
  readonly type: string;
  readonly value?: string;
}

/** The exact statement. `text` is its own slice of a message that held several. */
export interface Statement {
  /** SHA-256 of the statement's bytes, in hex. */
  readonly digest: string;
  /** Base64 of the bytes, when they are not valid UTF-8 and `text` could therefore not be exact. */
  readonly bytes?: string;
  readonly fingerprint?: string;
  readonly parameters?: readonly Parameter[];
  /** How the client sent it, in the protocol's own words. */
  readonly protocol?: "simple" | "extended" | "function-call";
  readonly text: string;
}

/** The real system. `identity` is the system's own id, never its address. */
export interface Target {
  readonly database?: string;
  readonly environment: Environment;
  readonly identity?: string;
  readonly kind: "postgres" | "mongodb" | "mysql" | "model";
  readonly name: string;
  readonly user?: string;
}

export type Environment = "production" | "staging" | "development" | "disposable";

/** One run of one agent, as the data path needs to know it. */
export interface SessionIdentity {
  readonly actor: Actor;
  readonly id: string;
  readonly project: string;
}

/** One captured act, before anybody has decided whether it may happen. */
export interface Action {
  /** It would make what was written before it in the same transaction last. */
  readonly commitsWrites?: true;
  readonly id: string;
  readonly links: Links;
  readonly operations: readonly Operation[];
  /** Set when the source could not understand the act well enough to ask: it is refused, whatever policy says. */
  readonly refused?: Decision;
  readonly session: SessionIdentity;
  readonly statement?: Statement;
  readonly target: Target;
  /** Microseconds since the epoch, when Custody saw it. */
  readonly timeUs: number;
}

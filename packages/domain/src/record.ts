import type { Operation, Statement, Target } from "./action.ts";
import type { Actor } from "./actor.ts";
import type { Approval, Decision } from "./decision.ts";
import type { Simulation } from "./simulation.ts";
import type { Usage } from "./usage.ts";

/** How much attention a record deserves. */
export type Level = "debug" | "info" | "warning" | "error" | "critical";

/** Language-neutral text: the catalogue entry and its parameters; it is rendered for the reader, at reading time. */
export interface Message {
  readonly key: string;
  readonly params: Readonly<Record<string, string | number | boolean>>;
}

/** Who wrote the record. `sequence` has no gaps within one `instance`, so that a hole is visible. */
export interface Source {
  readonly instance: string;
  readonly kind: string;
  readonly name: string;
  readonly sequence: number;
  /** `observed`: seen in the data path. `reported`: somebody told us. */
  readonly vantage: "observed" | "reported";
  readonly version: string;
}

/** Where it happened. `timezone` is an IANA name. */
export interface Location {
  readonly address?: string;
  readonly host: string;
  readonly site?: string;
  readonly timezone: string;
}

/** What joins a record to other systems' identifiers. */
export interface Links {
  readonly commit?: string;
  readonly connection?: string;
  readonly prompt?: string;
  readonly request?: string;
  /** The provider's own identifier of the tool call. */
  readonly tool?: string;
  /** How sure it is that it belongs to `tool`: by the same identifier, or because only that call was running. */
  readonly toolBy?: "id" | "time";
  readonly traceparent?: string;
  readonly transaction?: string;
}

/** How many rows of one table were changed, whoever changed them: the statement itself, a foreign key, or code. */
export interface TableRows {
  readonly schema: string;
  readonly name: string;
  readonly inserted: number;
  readonly updated: number;
  readonly deleted: number;
}

/** What the statement truly did, as the real system reported it. */
export interface Effect {
  /** The bulk data of a COPY: its size in bytes and the SHA-256 of its CopyData payloads, in hex. */
  readonly bulk?: { readonly bytes: number; readonly digest: string; readonly direction: "in" | "out" };
  /**
   * The rows of every table that changed, by the server's own counters: where the completion tag does not tell all. What TRUNCATE took is not counted by the server, nor what happens when the transaction commits.
   */
  readonly byTable?: readonly TableRows[];
  /** Bytes of result rows relayed to the client. */
  readonly bytes: number;
  /** The server's error code (SQLSTATE) when it refused or failed. */
  readonly code?: string;
  /** The server's own error text. */
  readonly error?: string;
  /** `byTable` is of all statements together that travelled in one string; it stands at the last of them that writes. */
  readonly granularity?: "string";
  readonly rows: { readonly affected?: number; readonly matched?: number; readonly returned?: number };
  /** `server`: from the completion tag. `statistics`: from its counters. `not-reported`: the server never said. */
  readonly source: "server" | "statistics" | "not-reported";
  readonly status: "ok" | "error" | "denied" | "cancelled" | "skipped" | "unknown";
  /** The completion tag, verbatim. */
  readonly tag?: string;
}

/** A large body that stands beside the records, stored once by content. */
export interface StoredBody {
  /** Where it is, in the ledger's words: `blob1:<key>:<name>:<size>`. */
  readonly digest: string;
  readonly mediaType: string;
  /** What it is to the record: `request`, `response`, `diff`, `before`, `recording`, … */
  readonly role: string;
  /** In bytes. */
  readonly size: number;
}

export type Outcome = "committed" | "rolled-back" | "open" | "unknown";

/** Microseconds; `upstreamUs` is the real system's share. */
export interface Duration {
  readonly heldUs: number;
  readonly totalUs: number;
  readonly upstreamUs: number;
}

/** One fact, in the one shape that every engine and source shares. Immutable once written. */
export interface AuditRecord {
  readonly action: string;
  readonly actor: Actor;
  readonly approval?: Approval;
  readonly blobs?: readonly StoredBody[];
  readonly decision?: Decision;
  /** Facts of record types that are not statements (`key.created`, `session.started`, …). */
  readonly details?: Readonly<Record<string, string | number | boolean | readonly string[]>>;
  readonly duration?: Duration;
  readonly effect?: Effect;
  readonly id: string;
  readonly level: Level;
  readonly links: Links;
  readonly location: Location;
  readonly message: Message;
  readonly operations?: readonly Operation[];
  readonly parentSession?: string;
  readonly project: string;
  readonly session?: string;
  /** What it would have done, when policy had it simulated instead of run. */
  readonly simulation?: Simulation;
  readonly source: Source;
  readonly statement?: Statement;
  readonly target?: Target;
  /** RFC 3339, UTC, microseconds: when Custody saw it. */
  readonly time: string;
  readonly transaction?: { readonly id?: string; readonly outcome: Outcome };
  readonly type: string;
  /** What a model's answer took. */
  readonly usage?: Usage;
  readonly v: 1;
}

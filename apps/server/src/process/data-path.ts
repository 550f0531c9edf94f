import type { IdentityRecord, IdentitySnapshot, Principal } from "@custody/identity";
import type { ReportsRecorded } from "../log/reported-event.ts";
import type { AlertDesk, WebhookStanding } from "./alert-desk.ts";

/** What `custody status --json` prints, but for what the server adds: the index, and the places outside. */
export interface Status {
  readonly version: string;
  readonly pid: number;
  readonly startedAt: string;
  readonly data: string;
  readonly ledger: {
    readonly origin: string;
    readonly size: number;
    readonly durableSize: number;
    /** Why nothing is recorded, and so nothing forwarded, any more; null while all is well. */
    readonly failure: { readonly code: string; readonly message: string } | null;
  };
  readonly masterKey: {
    /** Where it is kept. */
    readonly source: string;
    /** How often it was rotated, and one. */
    readonly generation: number;
    /** When a copy of this generation was made last; null when none is known. */
    readonly copiedAt: string | null;
    /** Nobody has a copy, and nobody has said that none is needed. */
    readonly needsCopy: boolean;
  };
  readonly targets: readonly TargetStatus[];
  readonly alerts: {
    /** How many nobody has seen. */
    readonly open: number;
    readonly webhooks: readonly WebhookStanding[];
  };
  readonly connections: number;
  readonly sessions: number;
  /** Orders to destroy keys, of this run: how far their blocks are taken away. */
  readonly erasures: readonly {
    readonly order: number;
    readonly bundles: number;
    readonly of: number;
    readonly state: "under way" | "done" | "waits for the next start";
  }[];
}

/** A server as it says of itself which one it is. */
export interface PinnedServer {
  /** The identifier of its system; null where the role may not ask. */
  readonly system: string | null;
  readonly database: string;
  readonly oid: number;
  /** Its own end of the connection, `host:port`; null where it has none. */
  readonly server: string | null;
  /** Without the system's identifier. */
  readonly partial: boolean;
}

/** Another server than the pinned one, which answers in its place: nothing is forwarded. */
export interface RefusedServer extends PinnedServer {
  readonly since: string;
  /** How many connections were refused for it. */
  readonly attempts: number;
}

/** The server that a target is held to; null until it was used. */
export interface TargetStanding {
  readonly pin: (PinnedServer & { readonly pinnedAt: string; readonly by: string }) | null;
  readonly refused: RefusedServer | null;
}

interface TargetStatus extends TargetStanding {
  readonly name: string;
  readonly kind: string;
  readonly listen: string;
}

/** What `custody target list --json` prints of each. */
export interface TargetListing extends TargetStanding {
  readonly name: string;
  /** Null for one that has a pin, and is in the configuration no more. */
  readonly configured: {
    readonly environment: string;
    /** `host:port`; null when the variable or file with it is not there. */
    readonly upstream: string | null;
  } | null;
}

/** What `custody target pin --json` prints. */
export interface TargetPinned {
  readonly target: string;
  readonly previous: PinnedServer | null;
  readonly pinned: PinnedServer;
  /** The index of the record. */
  readonly record: number;
}

/** What `custody holds --json` prints of each. */
export interface HoldListing {
  readonly id: string;
  readonly state: "requested" | "granted" | "refused" | "expired" | "withdrawn" | "consumed";
  /** The action that waits; `custody show` tells all of it. */
  readonly action: string;
  readonly session: string;
  readonly project: string;
  readonly target: string;
  /** What a human is shown, as JSON; an answer names the digest of exactly this text. */
  readonly text: string;
  readonly shown: string;
  /** The client waits for the answer, and does not come again. */
  readonly waits: boolean;
  readonly approvers: number;
  readonly isPasskeyNeeded: boolean;
  readonly agreed: readonly { readonly id: string; readonly name: string; readonly method: string }[];
  readonly requestedAt: string;
  readonly expiresAt: string;
  readonly decidedAt: string | null;
  readonly reason: string | null;
  /** Why whoever asks may not approve it; null when they may, or when it is over. All but `not-permitted` may deny it. */
  readonly hindrance: "not-permitted" | "own" | "said-yes" | "passkey" | null;
}

/** What `custody grants --json` prints of each: what a session may do without asking each time. */
export interface GrantInForce {
  readonly id: string;
  readonly target: string;
  readonly session: string;
  readonly project: string;
  readonly verbs: readonly string[];
  readonly objects: readonly string[];
  readonly by: {
    readonly assurance: "token" | "password" | "sso" | "passkey";
    readonly id: string;
    readonly method: string;
    readonly name: string;
  };
  readonly reason: string;
  readonly since: string;
  readonly until: string;
}

/** A page of them, newest first; `next` is where the following one begins. */
export interface HoldPage {
  readonly holds: readonly HoldListing[];
  readonly next: string | null;
}

/** What `custody freeze --json` prints. */
export interface FreezeInForce {
  readonly id: string;
  /** One of the two; neither when everything is frozen. */
  readonly target?: string;
  readonly project?: string;
  readonly reason: string;
  readonly by: string;
  readonly since: string;
  /** When it ends by itself. */
  readonly until?: string;
}

/** What only the operator may have done. */
export type AdministerAct =
  | "budgets"
  | "erase"
  | "hold"
  | "holds"
  | "release-hold"
  | "rotate-key"
  | "export-key"
  | "record-simulation"
  | "targets"
  | "pin-target"
  | "freezes"
  | "freeze"
  | "thaw"
  | "stop-session"
  | "waiting"
  | "waiting-one"
  | "decide"
  | "grants"
  | "grant"
  | "end-grant";

/** What is asked of the one writer of who there is and what they may do. */
export type IdentityAct =
  | "accept-invitation"
  | "add-user"
  | "change-roles"
  | "change-totp"
  | "confirm-device"
  | "create-token"
  | "invite-owner"
  | "recover-owner"
  | "end-session"
  | "lock"
  | "name-sso"
  | "note-access"
  | "note-use"
  | "remove-user"
  | "reset-password"
  | "revoke-token"
  | "set-password"
  | "sign-in"
  | "sign-in-passkey"
  | "sign-in-sso"
  | "enrol-key"
  | "confirm-key"
  | "remove-key"
  | "sign-out";

/** Everybody there is, and when each session was used last, in ms. */
export interface KnownIdentities {
  readonly snapshot: IdentitySnapshot;
  readonly usedMs: Readonly<Record<string, number>>;
}

/** Who there is, as the process that records knows it. */
export interface Identities {
  known(): Promise<KnownIdentities>;
  /** Told of each record that is in force now, before whoever asked for it is answered. Returns how to end that. */
  onRecord(listener: (record: IdentityRecord) => void): () => void;
  /** `request` is whatever somebody sent. @throws IdentityError, HttpProblem */
  act(act: IdentityAct, request: unknown, by: Principal): Promise<unknown>;
}

/** What `custody session new --json` prints, and `POST /api/sessions` answers. */
export interface NewSession {
  readonly session: string;
  readonly project: string;
  readonly agent: string;
  readonly expires: string;
  readonly targets: Readonly<Record<string, { readonly kind: string; readonly url: string }>>;
  /** By provider: where its API begins for this session, and whether the gateway holds the key. */
  readonly models: Readonly<
    Record<
      string,
      { readonly kind: "anthropic" | "openai" | "gemini"; readonly url: string; readonly isKeyHeld: boolean }
    >
  >;
  readonly mcp: Readonly<Record<string, never>>;
  readonly hooks: Readonly<Record<string, never>>;
  readonly env: Readonly<Record<string, string>>;
  /** What opens the run's own channel; the agent must not have it, or it could write its own recording. */
  readonly runToken?: string;
}

/** What `custody run` tells over its channel; `check` tells nothing. */
export type RunAct = "check" | "end" | "record" | "secrets";

/** A run whose session is over, as told to the `custody run` that still listens. */
export interface OverRun {
  readonly session: string;
  readonly reason: "exited" | "stopped" | "unknown";
}

/** The runs that there are, as the process that records knows them. */
export interface Runs {
  /** `request` is whatever was sent. @throws HttpProblem `token-refused` unless the token is this run's */
  act(act: RunAct, session: string, tokenDigest: string, request: unknown): Promise<unknown>;
  /**
   * Told every second which runs have their channel open. A run that is not among them for long is over, and of those that
   * are, the answer names the ones that are over.
   */
  listening(sessions: readonly string[]): readonly OverRun[];
}

/** An agent, by the session whose token it has. */
export interface Agent {
  readonly name: string;
  readonly session: string;
  readonly project: string;
}

/** What `POST /api/keys/export` answers. */
export interface ExportedKey {
  /** A file of age, with the master key in it. */
  readonly copy: string;
  /** The ledger's id, in hex. */
  readonly ledger: string;
  readonly origin: string;
  readonly generation: number;
  /** RFC 3339 */
  readonly made: string;
  readonly recipients: readonly string[];
}

/** The master key as the data path has it, and the one that is to follow while it is being rotated. */
export interface HeldKeys {
  readonly current: Uint8Array | undefined;
  readonly prepared: Uint8Array | undefined;
}

/** What the server may ask of the process that records and forwards. It is asked from another process. */
export interface DataPath {
  /** How many entries the ledger has. Looked at many times a second. */
  readonly size: number;
  readonly alerts: AlertDesk;
  status(): Status;
  readonly identities: Identities;
  readonly runs: Runs;
  /** `body` is whatever somebody sent. @throws HttpProblem */
  openSession(body: unknown, by: Principal): Promise<NewSession>;
  /** Whose token it is, of which this is the SHA-256 in base64; null for what is no token of an agent's, or not any more. */
  agentOf(tokenDigest: string): Agent | null;
  /**
   * Records what became of a checkpoint outside this machine, and tells where that stands. `body` is what the server's
   * process says, which reads what strangers send. @throws HttpProblem
   */
  recordCheckpoint(body: unknown): Promise<{ readonly index: number }>;
  /** Records what somebody reports; `body` is a list of it, already read once. @throws HttpProblem */
  recordReports(body: unknown, by: Principal): Promise<ReportsRecorded>;
  /** For reading the ledger. It goes through a pipe, and nobody can ask for it over HTTP. */
  heldKeys(): Promise<HeldKeys>;
  /** `request` is whatever somebody sent. @throws HttpProblem */
  administer(act: AdministerAct, request: unknown, by: Principal): Promise<unknown>;
}

/** What `custody status --json` prints, but for the index, which the server adds. */
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
  readonly targets: readonly { readonly name: string; readonly kind: string; readonly listen: string }[];
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

/** What only the operator may have done. */
export type AdministerAct = "erase" | "hold" | "holds" | "release-hold" | "rotate-key";

/** What `custody session new --json` prints, and `POST /api/sessions` answers. */
export interface NewSession {
  readonly session: string;
  readonly project: string;
  readonly agent: string;
  readonly expires: string;
  readonly targets: Readonly<Record<string, { readonly kind: string; readonly url: string }>>;
  readonly models: Readonly<Record<string, never>>;
  readonly mcp: Readonly<Record<string, never>>;
  readonly hooks: Readonly<Record<string, never>>;
  readonly env: Readonly<Record<string, string>>;
}

/** What the server may ask of the process that records and forwards. It is asked from another process. */
export interface DataPath {
  /** How many entries the ledger has. Looked at many times a second. */
  readonly size: number;
  status(): Status;
  /** `body` is whatever somebody sent. @throws HttpProblem */
  openSession(body: unknown): Promise<NewSession>;
  /** `request` is whatever somebody sent. @throws HttpProblem */
  administer(act: AdministerAct, request: unknown): Promise<unknown>;
}

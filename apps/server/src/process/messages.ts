import type { Alert } from "@custody/alerts";
import type { CheckpointEvent } from "@custody/anchors";
import type { IdentityRecord, Principal } from "@custody/identity";
import type { HttpProblemCode } from "../http/http-problem.ts";
import type { ReportedEvent, ReportsRecorded } from "../log/reported-event.ts";
import type { AlertPage, AlertQuery, AlertsMark, WebhookTested } from "./alert-desk.ts";
import type {
  AdministerAct,
  Agent,
  HeldKeys,
  IdentityAct,
  KnownIdentities,
  NewSession,
  OverRun,
  RunAct,
  Status,
} from "./data-path.ts";
import type { ServerSettings } from "./settings.ts";

export const ALIVE_INTERVAL_MS = 1000;

/** What the server can ask of the data path, and what it gets. */
export interface Questions {
  readonly report: { readonly body: undefined; readonly answer: DataPathReport };
  /** Everything that changes what is kept; the data path reads the body. */
  readonly administer: {
    readonly body: { readonly act: AdministerAct; readonly request: unknown; readonly by: Principal };
    readonly answer: unknown;
  };
  readonly identities: { readonly body: undefined; readonly answer: KnownIdentities };
  readonly identity: {
    readonly body: { readonly act: IdentityAct; readonly request: unknown; readonly by: Principal };
    readonly answer: unknown;
  };
  readonly agentOf: { readonly body: { readonly tokenDigest: string }; readonly answer: Agent | null };
  readonly openSession: {
    readonly body: { readonly request: unknown; readonly by: Principal };
    readonly answer: NewSession;
  };
  readonly run: {
    readonly body: {
      readonly act: RunAct;
      readonly session: string;
      readonly tokenDigest: string;
      readonly request: unknown;
    };
    readonly answer: unknown;
  };
  readonly listeningRuns: {
    readonly body: { readonly sessions: readonly string[] };
    readonly answer: readonly OverRun[];
  };
  /** To write down what became of a checkpoint outside this machine; the answer says where that stands. */
  readonly recordCheckpoint: {
    readonly body: CheckpointEvent;
    readonly answer: { readonly index: number };
  };
  readonly recordReports: {
    readonly body: { readonly by: Principal; readonly events: readonly ReportedEvent[] };
    readonly answer: ReportsRecorded;
  };
  readonly alerts: { readonly body: AlertQuery; readonly answer: AlertPage };
  readonly acknowledgeAlert: { readonly body: { readonly id: string }; readonly answer: Alert };
  readonly testWebhooks: {
    readonly body: { readonly webhook?: string };
    readonly answer: readonly WebhookTested[];
  };
  readonly heldKeys: { readonly body: undefined; readonly answer: HeldKeys };
}

export interface DataPathReport {
  readonly status: Status;
  /** The longest that the data path's event loop was late within the last 15 to 30 seconds, in seconds. */
  readonly eventLoopDelaySeconds: number;
  readonly serverRestarts: number;
}

/** From the data path to the server's process. */
export type ToServer =
  | { readonly kind: "start"; readonly settings: ServerSettings; readonly listenPatienceMs: number }
  /** The ledger has grown, or alerts have changed. Of many sizes only the newest is sent. */
  | { readonly kind: "appended"; readonly size: number; readonly alerts: AlertsMark }
  /** Somebody came, went, or may do something else now. Sent before the answer to whoever asked for it. */
  | { readonly kind: "identity"; readonly record: IdentityRecord }
  | { readonly kind: "answer"; readonly id: number; readonly answer: unknown }
  | {
      readonly kind: "refusal";
      readonly id: number;
      readonly code: HttpProblemCode;
      readonly message: string;
    }
  | { readonly kind: "stop" };

/** From the server's process to the data path. */
export type FromServer =
  | { readonly kind: "ready"; readonly url: string; readonly port: number; readonly signInUrl: string }
  | { readonly kind: "failed"; readonly code: "LISTEN_FAILED" | "WORKER_FAILED"; readonly message: string }
  | {
      readonly kind: "question";
      readonly id: number;
      readonly name: keyof Questions;
      readonly body: unknown;
    }
  /** Sent every second: a process that hangs cannot. */
  | { readonly kind: "alive" }
  /** For the operator. */
  | { readonly kind: "warning"; readonly text: string };

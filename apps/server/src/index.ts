export type { ServerErrorCode } from "./error.ts";
export { ServerError } from "./error.ts";
export type { HttpProblemCode } from "./http/http-problem.ts";
export { HttpProblem } from "./http/http-problem.ts";
export type { ReportedEvent, ReportsRecorded } from "./log/reported-event.ts";
export { reportedEventSchema } from "./log/reported-event.ts";
export type { OutsideAnswer } from "./outside/outside-status.ts";
export type { OutsideSettings } from "./outside/settings.ts";
export type {
  AlertDesk,
  AlertPage,
  AlertQuery,
  AlertsMark,
  WebhookStanding,
  WebhookTested,
} from "./process/alert-desk.ts";
export type {
  AdministerAct,
  Agent,
  DataPath,
  ExportedKey,
  FreezeInForce,
  GrantInForce,
  HeldKeys,
  HoldListing,
  HoldPage,
  Identities,
  IdentityAct,
  KnownIdentities,
  NewSession,
  OverRun,
  PinnedServer,
  RefusedServer,
  RunAct,
  Runs,
  Status,
  TargetListing,
  TargetPinned,
  TargetStanding,
} from "./process/data-path.ts";
export type { ServerSettings } from "./process/settings.ts";
export type { ServerProcess, ServerProcessOptions } from "./process/start-server-process.ts";
export { startServerProcess } from "./process/start-server-process.ts";
export type { HoldPrompt, HoldRows } from "./routes/holds.ts";
export type { StatusAnswer } from "./routes/status.ts";
export type { OidcSettings } from "./sso/settings.ts";

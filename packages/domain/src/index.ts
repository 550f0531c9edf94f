export type {
  Action,
  Environment,
  Operation,
  OperationKind,
  Parameter,
  SessionIdentity,
  Statement,
  Target,
  Tier,
  TouchedObject,
  Via,
} from "./action.ts";
export { actionStep } from "./action-step.ts";
export type { Actor } from "./actor.ts";
export type { Approvals, Asked, Circumstances, Consent, Hold } from "./approvals.ts";
export type { BudgetPage, BudgetStanding } from "./budget-standing.ts";
export type { CostKey, CostLine, CostPage, CostSum } from "./cost-sum.ts";
export type { Approval, ApprovalTerms, Approver, Decision } from "./decision.ts";
export { DEFAULT_APPROVAL } from "./decision.ts";
export type { Facets, FacetValue } from "./facets.ts";
export { goOn } from "./go-on.ts";
export { moneyText } from "./money.ts";
export type { Decided, Journey } from "./pass.ts";
export { firstStop, pass } from "./pass.ts";
export type { Decider, RecordDraft, Recorder, Safety } from "./ports.ts";
export type {
  AuditRecord,
  Duration,
  Effect,
  Level,
  Links,
  Location,
  Message,
  Outcome,
  Source,
  StoredBody,
  TableRows,
} from "./record.ts";
export type { RecordDetail, RecordProof } from "./record-detail.ts";
export type { RecordFilter, RecordPage, RecordRow } from "./record-row.ts";
export type { ReportedDraft } from "./reported.ts";
export { isReportable } from "./reported.ts";
export type { ChangedCell, RowChange } from "./row-changes.ts";
export { rowChanges } from "./row-changes.ts";
export type { RowSample, SaltedRows, SampledRows, TableSample } from "./row-sample.ts";
export type { SessionCounts, SessionPage, SessionState, SessionSummary } from "./session-summary.ts";
export type { SimulatedRows, Simulation } from "./simulation.ts";
export type { TablePage, TableTotal } from "./table-total.ts";
export type { JoinedBy, Thread, ThreadNode, ThreadSession, ThreadText } from "./thread.ts";
export { rfc3339 } from "./time.ts";
export { timeMs } from "./time-ms.ts";
export type { Usage } from "./usage.ts";
export { uuidv7Source } from "./uuid.ts";

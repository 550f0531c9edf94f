export {
  BudgetBook,
  type BudgetReserved,
  type Noticed,
  type Reservation,
} from "./budgets/budget-book.ts";
export { BUDGET_REACHED, BUDGET_WARNED, type BudgetNotice } from "./budgets/budget-notice.ts";
export { type BudgetStamp, budgetRecord } from "./budgets/budget-records.ts";
export type { BudgetRefusal } from "./budgets/refusal.ts";
export { type Amount, amountOf, type Spender } from "./budgets/spender.ts";
export type { StandingQuery } from "./budgets/standing.ts";
export { parseStandingPlace } from "./budgets/standing-place.ts";
export { Counters, type SpentBy } from "./counters/counters.ts";
export { type PolicyDecider, policyDecider } from "./decider.ts";
export { PolicyError, type PolicyErrorCode } from "./error.ts";
export { type Explanation, explain, type Known, type OperationTrace, type RuleTrace } from "./explain.ts";
export {
  applyFreezeRecord,
  FREEZE_BEGUN,
  FREEZE_ENDED,
  type Freeze,
  type FreezeScope,
  type Freezes,
  scopeKey,
  scopeText,
} from "./freeze/freeze.ts";
export { type FreezeStamp, freezeBegunRecord, freezeEndedRecord } from "./freeze/freeze-records.ts";
export { FREEZE_RULE, frozen } from "./freeze/frozen.ts";
export { applyGrantRecord, type Grant, type Grants, SCOPE_ENDED, SCOPE_GRANTED } from "./grants/grant.ts";
export { scopeEndedRecord, scopeGrantedRecord } from "./grants/grant-records.ts";
export { applyHoldRecord, type Held, type HoldRecord, type Holds, isOver } from "./holds/held.ts";
export { type Answer, HoldDesk, type HoldDeskOptions, type HoldRegister } from "./holds/hold-desk.ts";
export { HoldError, type HoldErrorCode } from "./holds/hold-error.ts";
export type { ShownHold } from "./holds/shown.ts";
export { hasLasted, pastAction, rowsChanged } from "./past/past-action.ts";
export { compileRecorded } from "./past/recorded-policy.ts";
export { Replay, type Replayed } from "./past/replay.ts";
export { type Difference, ReplayTotals } from "./past/replay-totals.ts";
export { compilePolicy, DEFAULT_POLICY_TEXT, type Policy } from "./policy.ts";
export { BUILTIN_RULES_TEXT } from "./presets/builtin-rules.ts";
export { LIBRARY, type PolicyLibrary } from "./presets/presets.ts";
export { type Classify, type RuleTestResult, runRuleTest } from "./rule-tests.ts";

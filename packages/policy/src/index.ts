export { Counters } from "./counters/counters.ts";
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
export { compilePolicy, DEFAULT_POLICY_TEXT, type Policy } from "./policy.ts";
export { BUILTIN_RULES_TEXT } from "./presets/builtin-rules.ts";
export { LIBRARY, type PolicyLibrary } from "./presets/presets.ts";
export { Replay, type Replayed } from "./replay.ts";
export { type Classify, type RuleTestResult, runRuleTest } from "./rule-tests.ts";

/** Rules, and what there is to ask of them, without the data path: a face of its own for whoever checks and explains. */
export {
  Counters,
  type Explanation,
  explain,
  type Known,
  LIBRARY,
  type OperationTrace,
  type Policy,
  Replay,
  type Replayed,
  type RuleTestResult,
  type RuleTrace,
  runRuleTest,
} from "@custody/policy";
export { openClassifier } from "./classify-text.ts";
export { type GatewayPolicy, loadPolicy } from "./policy.ts";

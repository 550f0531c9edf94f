/** Rules, and what there is to ask of them, without the data path: a face of its own for whoever checks and explains. */
export { type Classify, LIBRARY, type Policy, type RuleTestResult, runRuleTest } from "@custody/policy";
export { openClassifier } from "./classify-text.ts";
export { type GatewayPolicy, loadPolicy } from "./policy.ts";

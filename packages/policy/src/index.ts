export { BUILTIN_RULES_TEXT } from "./builtin-rules.ts";
export { decide } from "./decide.ts";
export { policyDecider } from "./decider.ts";
export { PolicyError, type PolicyErrorCode } from "./error.ts";
export { compilePolicy, DEFAULT_POLICY_TEXT, type Policy } from "./policy.ts";
export type { Rule } from "./rule.ts";

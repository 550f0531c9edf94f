import type { Decision } from "@custody/domain";
import type { ClassifiedStatement } from "./classify/statement.ts";

/** A FunctionCall message, which names its function by number only. */
export const FUNCTION_CALL: ClassifiedStatement = {
  verb: "FUNCTION CALL",
  operations: [{ kind: "call", objects: [], tier: "admin", verb: "FUNCTION CALL" }],
  tier: "admin",
  writes: true,
  escapesTransaction: true,
  changesSession: [],
  functions: [],
  text: "",
  start: 0,
  end: 0,
  digest: "",
  fingerprint: undefined,
};

export const FUNCTION_CALL_REFUSED: Decision = Object.freeze({
  effect: "deny",
  policy: "",
  reasons: Object.freeze(["function-call messages hide what they call: use SELECT"]),
  rule: "builtin:function-call",
});

import { expect, test } from "vitest";
import * as face from "./index.ts";

test("the package shows this, and nothing else", () => {
  expect(Object.keys(face).sort()).toEqual([
    "BUILTIN_RULES_TEXT",
    "Counters",
    "DEFAULT_POLICY_TEXT",
    "FREEZE_BEGUN",
    "FREEZE_ENDED",
    "FREEZE_RULE",
    "HoldDesk",
    "HoldError",
    "LIBRARY",
    "PolicyError",
    "Replay",
    "ReplayTotals",
    "SCOPE_ENDED",
    "SCOPE_GRANTED",
    "applyFreezeRecord",
    "applyGrantRecord",
    "applyHoldRecord",
    "compilePolicy",
    "explain",
    "freezeBegunRecord",
    "freezeEndedRecord",
    "frozen",
    "hasLasted",
    "isOver",
    "pastAction",
    "policyDecider",
    "rowsChanged",
    "runRuleTest",
    "scopeEndedRecord",
    "scopeGrantedRecord",
    "scopeKey",
    "scopeText",
  ]);
});

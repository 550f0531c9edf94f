import { expect, test } from "vitest";
import * as face from "./index.ts";

test("the package's face has these values, and no others", () => {
  expect(Object.keys(face).sort()).toEqual([
    "ALERT_KINDS",
    "ALERT_LEVELS",
    "AlertBook",
    "AlertError",
    "DeliveryQueue",
    "KIND_RULES",
    "Recogniser",
    "SUBJECT_CHARACTERS_MAX",
    "SUBJECT_MEMBERS",
    "checkMessage",
    "factsOf",
    "parseSecret",
    "postMessage",
    "reaches",
    "signMessage",
  ]);
});

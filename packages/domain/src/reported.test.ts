import { expect, test } from "vitest";
import { isReportable } from "./reported.ts";

test.each([
  "app.a",
  "app.order-7.paid",
  "app.a_b.c2",
  "prompt.submitted",
  "tool.call.failed",
  "model.request.cancelled",
])("%s can be reported", (type) => {
  expect(isReportable(type)).toBe(true);
});

test.each([
  ...[
    "app",
    "app.",
    "app..a",
    "app.A",
    "app.a.",
    "app.-a",
    "app.a\n",
    " app.a",
    "xapp.a",
    `app.${"a".repeat(200)}`,
  ],
  ...[
    "session.started",
    "prompt",
    "prompt.submitted.x",
    "tool.call.denied",
    "model.request.unknown",
    "terminal.recorded",
  ],
])("%j cannot", (type) => {
  expect(isReportable(type)).toBe(false);
});

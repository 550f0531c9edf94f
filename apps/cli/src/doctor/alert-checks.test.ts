import { expect, test } from "vitest";
import { checkWebhooks } from "./alert-checks.ts";

const webhook = { dead: 0, delivered: 1, failure: null, name: "on-call", waiting: 0 };

test.each([
  ["no server", undefined, ["unknown"]],
  ["no webhook", [], ["warn"]],
  ["a webhook that takes messages", [webhook], ["ok"]],
  ["one that is down", [{ ...webhook, failure: "down", waiting: 2 }, webhook], ["fail", "ok"]],
  ["messages that were given up", [{ ...webhook, dead: 3 }], ["fail"]],
])("%s", (_, webhooks, statuses) => {
  const status = webhooks && { alerts: { open: 4, webhooks } };
  const found = checkWebhooks(status);
  expect(found.map((each) => each.status)).toEqual(statuses);
  for (const { advice, status } of found)
    if (status === "fail") expect(advice).toContain("custody alerts test");
});

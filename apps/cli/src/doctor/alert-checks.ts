import type { Status } from "@custody/server";
import { type Diagnosis, fail, ok, unknown, warn } from "./finding.ts";

/** Whether people are told of alerts. That there are some is no fault of the set-up. */
export function checkWebhooks(status: Pick<Status, "alerts"> | undefined): Diagnosis[] {
  const id = "webhook";
  if (status === undefined)
    return [unknown(id, "whether webhooks get alerts cannot be seen while no server answers", "")];
  const { webhooks } = status.alerts;
  if (webhooks.length === 0)
    return [
      warn(
        id,
        "nobody is told of alerts: no webhook is configured",
        "see docs/alerts.md, or look at: custody alerts",
      ),
    ];
  return webhooks.map(({ dead, failure, name, waiting }) => {
    const advice = `see that the receiver is there, then: custody alerts test ${name}`;
    if (dead > 0) return fail(id, `${dead} messages to ${name} were given up since the start`, advice);
    if (failure !== null)
      return fail(id, `${name} does not take messages: ${failure}; ${waiting} wait`, advice);
    return ok(id, `${name} takes messages`);
  });
}

import type { Command } from "commander";
import type { AlertListOptions } from "../commands/alerts.ts";
import type { Define } from "./define.ts";

/** What people should look at, and who is told of it. */
export function defineAlerts(program: Command, define: Define): void {
  const alerts = define<AlertListOptions>(
    program,
    "alerts",
    "what was refused and what else needs a person, newest first",
    ["alerts --open", "alerts --level error --json"],
    async (context, options) => (await import("../commands/alerts.ts")).listAlerts(context, options),
  )
    .option("--open", "only those that nobody has seen")
    .option("--level <level>", "at least this: warning, error or critical")
    .option("--kind <kind>", "only of this kind; docs/alerts.md has them")
    .option("--before <id>", "the page after this alert")
    .option("--limit <number>", "at most so many, up to 500; default: 50");
  define(
    alerts,
    "ack <id>",
    "say that an alert was seen",
    ["alerts ack 0193fa4c-7e1b-7c3a-9d5e-0f6a1b2c3d4e"],
    async (context, _, [id]) =>
      (await import("../commands/alerts.ts")).acknowledgeAlert(context, id as string),
  );
  define(
    alerts,
    "test [webhook]",
    "send a test message to a webhook, or to all, and say what came back",
    ["alerts test", "alerts test on-call"],
    async (context, _, [webhook]) => (await import("../commands/alerts.ts")).testAlerts(context, webhook),
  );
}

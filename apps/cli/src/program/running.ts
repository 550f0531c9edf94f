import type { Command } from "commander";
import { sessionNew } from "../commands/session-new.ts";
import { status } from "../commands/status.ts";
import { tourRm } from "../commands/tour-rm.ts";
import { up } from "../commands/up.ts";
import type { Define } from "./define.ts";

/** What starts Custody, and what lets agents in. */
export function defineRunning(program: Command, define: Define): void {
  define(
    program,
    "up",
    "run Custody: the data path and its server; without a custody.yaml, a tour",
    ["up", "up --config /etc/custody.yaml"],
    up,
  )
    .option("--config <file>", "default: ./custody.yaml")
    .option("--listen <address>", "where Custody itself answers; default: `listen:` of the configuration");
  const session = program
    .command("session")
    .description("sessions of agents")
    .helpOption("--help", "print help");
  define(
    session,
    "new",
    "open a session and print what to hand to the agent",
    ["session new --agent my-agent --ttl 2h"],
    sessionNew,
  )
    .requiredOption("--agent <name>", "how records call the agent")
    .option("--project <name>", "default: default")
    .option("--ttl <time>", "how long it may connect: 90s, 30m, 12h, 7d; default: 12h");
  const tour = program
    .command("tour")
    .description("the tour that `up` gives without a custody.yaml")
    .helpOption("--help", "print help");
  define(tour, "rm", "remove the tour of this folder", ["tour rm"], tourRm);
  define(program, "status", "what is running, and where", ["status", "status --json"], status);
}

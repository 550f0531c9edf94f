import { setTimeout as sleep } from "node:timers/promises";
import { escapeText } from "@custody/messages";
import type { Status } from "@custody/server";
import { dataDirectoryOfAny } from "../config/data-directory.ts";
import { ControlClient } from "../control/control-client.ts";
import { CliError } from "../error.ts";
import { type ReloadOutcome, readReloadFile } from "../reload/reload-file.ts";
import type { CommandContext } from "./context.ts";

const PATIENCE_MS = 15_000;
const PAUSE_MS = 50;

/** Asks the running process to read its configuration again, and tells what came of it. */
export async function configReload(context: CommandContext): Promise<number> {
  const { environment, isJson, output } = context;
  // Asked rather than read from a file: a number that is left over may belong to another program by now, and most
  // programs end on this signal.
  const directory = dataDirectoryOfAny(environment, context);
  const client = ControlClient.find(environment, { data: directory });
  const status = (await client.request("GET", "/api/status")) as Status;
  const before = readReloadFile(directory);
  try {
    process.kill(status.pid, "SIGHUP");
  } catch (cause) {
    const advice = "run this on the same machine, as the same user";
    throw new CliError("SERVER_UNREACHABLE", `process ${status.pid} cannot be told to reload`, advice, {
      cause,
    });
  }
  const outcome = await nextOutcome(directory, status.pid, before);
  if (isJson) output.json(outcome);
  else for (const line of describe(outcome)) output.line(escapeText(line));
  return outcome.ok ? 0 : 1;
}

async function nextOutcome(
  directory: string,
  pid: number,
  before: ReloadOutcome | undefined,
): Promise<ReloadOutcome> {
  const count = before?.pid === pid ? before.count : 0;
  for (let waitedMs = 0; waitedMs < PATIENCE_MS; waitedMs += PAUSE_MS) {
    const outcome = readReloadFile(directory);
    if (outcome?.pid === pid && outcome.count > count) return outcome;
    await sleep(PAUSE_MS);
  }
  throw new CliError(
    "SERVER_UNREACHABLE",
    `process ${pid} has not said what came of it`,
    "look at its log, or at `custody log --type config`",
  );
}

function describe(outcome: ReloadOutcome): string[] {
  if (!outcome.ok)
    return [`not reloaded, the one before stays in force: ${outcome.message} (${outcome.code})`];
  const { added, changed, removed, needsRestart } = outcome;
  const lists = Object.entries({ added, changed, removed }).filter(([, names]) => names.length > 0);
  return [
    "reloaded",
    ...lists.map(([what, names]) => `${what.padEnd(8)} ${names.join(", ")}`),
    ...(needsRestart.length > 0 ? [`needs a restart: ${needsRestart.join(", ")}`] : []),
  ];
}

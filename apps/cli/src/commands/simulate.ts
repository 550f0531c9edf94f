import {
  CaptureError,
  type ServerIdentity,
  type SimulationAnswer,
  simulateOn,
  type TargetOptions,
} from "@custody/gateway";
import { escapeText } from "@custody/messages";
import type { TargetListing } from "@custody/server";
import { meantConfig } from "../config/data-directory.ts";
import { parseDuration } from "../config/duration.ts";
import type { Config } from "../config/read-config.ts";
import { resolveTarget } from "../config/upstream.ts";
import { CliError } from "../error.ts";
import { withDesk } from "../retention/with-desk.ts";
import { simulationLines } from "../simulate/describe-simulation.ts";
import { noteOf } from "../simulate/simulation-note.ts";
import { askTargets } from "../targets/with-targets.ts";
import type { CommandContext } from "./context.ts";

export interface SimulateOptions {
  readonly param?: readonly string[];
  readonly timeout?: string;
  readonly rows?: string;
  readonly dynamicSql?: boolean;
}

const TIMEOUT_MS_MAX = 3_600_000;
const ROWS_MAX = 1000;
/** Whoever holds a lock for longer is not waited for, since others would then wait behind the simulation. */
const LOCK_TIMEOUT_MS_MAX = 2000;
/** A record goes to the server in one request, which has a limit of its own. */
const STATEMENT_BYTES_MAX = 256 * 1024;

/**
 * Runs a statement where agents' statements go, measures it and rolls it back. That it is about to is recorded before,
 * and what came of it afterwards; without a record nothing is run.
 */
export async function simulate(
  context: CommandContext,
  name: string,
  statement: string,
  options: SimulateOptions,
): Promise<number> {
  const { environment, isJson, output } = context;
  const parameters = options.param ?? [];
  const timeoutMs = timeoutOf(options.timeout ?? "10s");
  const rowsMax = rowsOf(options.rows ?? "20");
  if (Buffer.byteLength([statement, ...parameters].join("")) > STATEMENT_BYTES_MAX)
    throw new CliError(
      "USAGE",
      "the statement and its values have more than 256 KiB",
      "simulate it in parts",
    );
  const config = meantConfig(environment, context);
  const target = targetOf(config, name, (found) => resolveTarget(found, config, environment, output.hint));
  const acceptsDynamicSql = options.dynamicSql === true;
  const pinned = pinOf(await askTargets(context), target);
  return withDesk(context, async (desk) => {
    const subject = { parameters: [...parameters], statement, target: name };
    const { action } = await desk.recordSimulation({ acceptsDynamicSql, phase: "requested", ...subject });
    const lockTimeoutMs = Math.min(LOCK_TIMEOUT_MS_MAX, timeoutMs);
    let answer: SimulationAnswer;
    try {
      const request = { acceptsDynamicSql, lockTimeoutMs, parameters, rowsMax, statement, timeoutMs };
      answer = await simulateOn(target, { ...request, ...pinned });
    } catch (error) {
      const { code = "INTERNAL", message } = error as { code?: string; message: string };
      await desk.recordSimulation({
        action,
        code,
        phase: "failed",
        reason: message.slice(0, 4000),
        ...subject,
      });
      throw explained(error);
    }
    await desk.recordSimulation({ action, ...subject, ...noteOf(answer) });
    if (isJson) output.json({ target: name, action, ...answer });
    else for (const line of simulationLines(name, answer)) output.line(escapeText(line));
    return answer.outcome === "simulated" ? 0 : 1;
  });
}

function targetOf(
  config: Config,
  name: string,
  resolve: (target: Config["targets"][number]) => TargetOptions,
): TargetOptions {
  const found = config.targets.find((target) => target.name === name);
  if (found !== undefined) return resolve(found);
  const names = config.targets.map((target) => target.name).join(", ");
  const advice = names === "" ? "add one with `custody guard URL`" : `it has: ${names}`;
  throw new CliError("USAGE", `${config.file ?? "the configuration"} has no target ${name}`, advice);
}

/** A disposable database may be another one each time. */
function pinOf(
  targets: readonly TargetListing[],
  { environment, name }: TargetOptions,
): { readonly pinned?: ServerIdentity } {
  const pin = targets.find((target) => target.name === name)?.pin;
  if (pin === undefined || pin === null || environment === "disposable") return {};
  const { database, oid, server, system } = pin;
  return { pinned: { database, oid, ...(server && { server }), ...(system && { system }) } };
}

function timeoutOf(text: string): number {
  const ms = parseDuration(text);
  if (ms !== undefined && ms > 0 && ms <= TIMEOUT_MS_MAX) return ms;
  throw new CliError("USAGE", `--timeout ${text} is no time`, "write 5s, 2m, and at most 1h");
}

function rowsOf(text: string): number {
  const rows = /^\d{1,4}$/.test(text) ? Number(text) : Number.NaN;
  if (rows <= ROWS_MAX) return rows;
  throw new CliError("USAGE", `--rows ${text} is no such number`, `write one from 0 to ${ROWS_MAX}`);
}

/** A database that cannot be used is the same to every command. */
function explained(error: unknown): unknown {
  if (!(error instanceof CaptureError)) return error;
  const advice = "see its own log, and the URL in `upstream` of custody.yaml";
  if (error.code === "UPSTREAM_REFUSED" || error.code === "UPSTREAM_UNVERIFIED")
    return new CliError("DATABASE_REFUSED", error.message, advice, { cause: error });
  if (error.code === "TARGET_CHANGED")
    return new CliError(
      "DATABASE_REFUSED",
      error.message,
      "find out why; if it is meant: `custody target pin NAME --reason TEXT`",
      { cause: error },
    );
  if (error.code.startsWith("UPSTREAM_"))
    return new CliError("DATABASE_UNREACHABLE", error.message, advice, { cause: error });
  return error;
}

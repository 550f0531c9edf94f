import { escapeText } from "@custody/messages";
import type { StatusAnswer } from "@custody/server";
import { dataDirectoryOfAny, meantConfig } from "../config/data-directory.ts";
import type { Config } from "../config/read-config.ts";
import { ControlClient } from "../control/control-client.ts";
import { checkWebhooks } from "../doctor/alert-checks.ts";
import { checkAnchors } from "../doctor/anchor-checks.ts";
import { type Check, type Diagnosis, fail, unknown } from "../doctor/finding.ts";
import { checkErasure, checkKeyCopy, checkLedger, checkLeftKey } from "../doctor/ledger-checks.ts";
import { checkDisk, checkModes, checkNode, checkTimeService, checkUser } from "../doctor/machine-checks.ts";
import { checkOutside } from "../doctor/outside-checks.ts";
import { checkOwner } from "../doctor/owner-check.ts";
import {
  checkConfiguration,
  checkIndex,
  checkListeners,
  checkServer,
  checkUndo,
} from "../doctor/set-up-checks.ts";
import { checkPins } from "../doctor/target-checks.ts";
import { keyOptionsFor } from "../keys/key-options.ts";
import type { CommandContext } from "./context.ts";
import { allUsers, type User } from "./users.ts";

/** Looks at everything that can be looked at from here. Only a fail is a "no"; a warning may be meant so. */
export async function doctor(
  context: CommandContext,
  options: { readonly config?: string },
): Promise<number> {
  const { environment, isJson, output } = context;
  const diagnoses = await diagnose(context, options.config);
  const isWell = diagnoses.every(({ status }) => status !== "fail");
  if (isJson) output.json({ ok: isWell, version: environment.version, checks: diagnoses });
  else
    for (const { advice, id, status, what } of diagnoses) {
      output.line(escapeText(`${status.padEnd(7)} ${id.padEnd(19)} ${what}`));
      if (advice !== "") output.line(escapeText(`${" ".repeat(28)}${advice}`));
    }
  return isWell ? 0 : 1;
}

async function diagnose(
  { data, environment }: CommandContext,
  named: string | undefined,
): Promise<Diagnosis[]> {
  const { variables, version } = environment;
  let config: Config | undefined;
  const found: Diagnosis[] = [checkNode()];
  try {
    config = meantConfig(environment, { config: named, data });
    found.push(...checkConfiguration(config, environment));
  } catch (error) {
    found.push(fail("configuration", (error as Error).message, "correct it, and run: custody config check"));
  }
  const directory =
    data ?? (variables["CUSTODY_HOME"] || config?.data) ?? dataDirectoryOfAny(environment, { data });
  const status = await statusOf(directory, { data: directory, environment });
  const keysOf = () => keyOptionsFor({ config: named, data, environment }, directory);
  const checks: Check[] = [
    () => checkUser(directory, variables),
    () => checkModes(directory),
    ...(config
      ? [() => checkDisk(directory, config.disk), () => checkListeners(config), () => checkUndo(config)]
      : []),
    checkTimeService,
    () => checkKeyCopy(directory, config?.masterKey),
    async () => checkLeftKey(directory, await keysOf()),
    () => checkErasure(directory),
    () => checkOutside(directory, config),
    () => (config ? checkAnchors(directory, config, environment) : []),
    () => checkServer(status, version),
    () => checkIndex(status),
    () => checkPins(status),
    () => checkWebhooks(status),
    async () => checkOwner(await usersOf({ config: named, data: directory, environment })),
  ];
  for (const check of checks) {
    try {
      found.push(...[await check()].flat());
    } catch (error) {
      found.push(
        unknown(
          "check",
          `a check could not be made: ${(error as Error).message}`,
          "run it as the service's user",
        ),
      );
    }
  }
  found.push(...(await checkLedger(directory, status !== undefined, keysOf)));
  return found;
}

async function usersOf(
  context: Pick<CommandContext, "config" | "data" | "environment">,
): Promise<readonly User[] | undefined> {
  try {
    return await allUsers(ControlClient.find(context.environment, context));
  } catch {
    return undefined;
  }
}

async function statusOf(
  data: string,
  { environment }: { data: string; environment: CommandContext["environment"] },
): Promise<StatusAnswer | undefined> {
  try {
    return (await ControlClient.find(environment, { data }).request("GET", "/api/status")) as StatusAnswer;
  } catch {
    return undefined;
  }
}

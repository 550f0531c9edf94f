import { HttpProblem, type TargetListing, type TargetPinned } from "@custody/server";
import type { CommandContext } from "../commands/context.ts";
import { openReaderOf } from "../commands/open-reader.ts";
import { dataDirectory, meantConfig } from "../config/data-directory.ts";
import type { Config } from "../config/read-config.ts";
import { resolveTarget } from "../config/upstream.ts";
import { ControlClient } from "../control/control-client.ts";
import { readServerFile } from "../control/server-file.ts";
import type { Environment } from "../environment.ts";
import { CliError } from "../error.ts";
import { openToRecord } from "../recorder/open-to-record.ts";
import { LOCAL_OPERATOR } from "../retention/retention-records.ts";
import { readPinFile } from "./pin-file.ts";
import { PIN_KEY_LABEL, PinRegister } from "./pin-register.ts";
import { readPins } from "./pins.ts";
import { listTargets, type NamedTarget, TargetDesk, type TargetDeskParts } from "./target-desk.ts";

/** The targets and their pins, from the running server, or from configuration and ledger when none runs. */
export async function askTargets(context: CommandContext): Promise<readonly TargetListing[]> {
  const { environment } = context;
  const directory = dataDirectory(environment, context);
  if (isServed(context, directory)) {
    const answer = await ControlClient.find(environment, context).request("GET", "/api/targets");
    return (answer as { targets: TargetListing[] }).targets;
  }
  const { named } = targetsOfConfig(meantConfig(environment, context), environment);
  const reader = await openReaderOf(context, directory);
  const kept = readPinFile(directory, reader.deriveKey(PIN_KEY_LABEL), reader.size);
  const known = new Map(kept.pins.map((pin) => [pin.target, pin]));
  return listTargets(named(), [...(await readPins(reader, kept.size, known)).values()]);
}

/** Has the running server pin a target, or opens the ledger when none runs. */
export async function askToPin(context: CommandContext, request: unknown): Promise<TargetPinned> {
  const { environment } = context;
  const directory = dataDirectory(environment, context);
  if (isServed(context, directory))
    return ControlClient.find(environment, context).request(
      "POST",
      "/api/targets/pin",
      request,
    ) as Promise<TargetPinned>;
  const configured = targetsOfConfig(meantConfig(environment, context), environment);
  const { ledger, newId, nowUs, reader, recorder } = await openToRecord(context, directory);
  const pins = new PinRegister({
    directory,
    newId,
    nowUs,
    reader,
    recordOne: (draft) => recorder.recordOne(draft),
    size: () => ledger.durableSize,
    warn: context.output.hint,
  });
  try {
    return await new TargetDesk({ ...configured, pins }).pin(request, LOCAL_OPERATOR);
  } catch (error) {
    // What a server would have answered.
    if (!(error instanceof HttpProblem)) throw error;
    throw new CliError("SERVER_REFUSED", `this is refused: ${error.message}`, "correct the request", {
      cause: error,
    });
  } finally {
    await pins.close();
    await ledger.close();
  }
}

function isServed({ environment }: CommandContext, directory: string): boolean {
  return Boolean(environment.variables["CUSTODY_URL"]) || readServerFile(directory) !== undefined;
}

/** What a variable or a file says only when it is needed: one that is not there keeps nobody from pinning another. */
function targetsOfConfig(config: Config, environment: Environment): Omit<TargetDeskParts, "pins"> {
  const resolve = (name: string) => {
    const target = config.targets.find((each) => each.name === name);
    return target && resolveTarget(target, config, environment);
  };
  const upstreamOf = (name: string): NamedTarget["upstream"] => {
    try {
      const { host, port } = resolve(name)?.upstream ?? {};
      return host === undefined ? null : `${host}:${port}`;
    } catch {
      return null;
    }
  };
  return {
    named: () =>
      config.targets.map(({ environment, name }) => ({ environment, name, upstream: upstreamOf(name) })),
    resolve,
  };
}

import { randomBytes, randomUUID } from "node:crypto";
import { hostname } from "node:os";
import { rfc3339, uuidv7Source } from "@custody/domain";
import { type Gateway, SessionRegistry, startGateway } from "@custody/gateway";
import { type Ledger, openLedger } from "@custody/ledger";
import type { Config } from "../config/read-config.ts";
import { resolveTarget, variableOf } from "../config/upstream.ts";
import { ControlServer } from "../control/control-server.ts";
import { ensureLocalToken } from "../control/local-token.ts";
import { removeServerFile, writeServerFile } from "../control/server-file.ts";
import type { Environment } from "../environment.ts";
import { ledgerEventRecords } from "../recorder/ledger-events.ts";
import { LedgerRecorder } from "../recorder/ledger-recorder.ts";
import { originOf } from "../recorder/origin.ts";
import { HintKeeper } from "../recovery/keep-hints.ts";
import { recoverRuns } from "../recovery/recover-runs.ts";
import { SessionIndexes } from "../recovery/session-indexes.ts";
import { policyLoadedRecord, readPolicy } from "./policy-record.ts";
import { routesOf } from "./routes.ts";
import { systemClock } from "./system-clock.ts";

export interface StartOptions {
  readonly config: Config;
  readonly directory: string;
  readonly environment: Environment;
  /** Tells the operator something that needs a person. */
  readonly warn: (text: string) => void;
}

export interface RunningCustody {
  readonly url: string;
  readonly targets: Gateway["targets"];
  /** Ends connections (busy ones after `graceMs`), closes the ledger, and takes `server.json` away. */
  close(graceMs: number): Promise<void>;
}

/**
 * Puts the parts together, in the order in which they depend on each other: the ledger first, then what earlier runs
 * left open in it, and only then whatever listens. What was started is stopped again when a later part fails.
 */
export async function startCustody(options: StartOptions): Promise<RunningCustody> {
  const { config, directory, environment } = options;
  const targets = config.targets.map((target) => resolveTarget(target, config, environment));
  const policy = readPolicy(config);
  const core = await openCore(options);
  const { clock, ledger, newId, recorder, registry, hints } = core;
  let gateway: Gateway | undefined;
  let control: ControlServer | undefined;
  const close = async (graceMs: number) => {
    await control?.close();
    await gateway?.close(graceMs);
    hints.stop();
    await hints.write();
    removeServerFile(directory);
    await ledger.close();
  };
  try {
    await recorder.record([policyLoadedRecord(policy, newId(), clock.nowUs())], "durable");
    const findSession = (id: string) => registry.find(id);
    gateway = await startGateway({ clock, findSession, newId, policy, recorder, targets });
    const desk = {
      ...core,
      nowUs: clock.nowUs,
      projects: config.projects.map(({ name }) => name),
      targets: gateway.targets,
      variables: new Map(config.targets.map((target) => [target.name, variableOf(target)])),
    };
    const startedAt = rfc3339(clock.nowUs());
    const { version } = environment;
    control = new ControlServer({
      address: config.listen,
      routes: routesOf({ desk, gateway, ledger, startedAt, version }),
      token: ensureLocalToken(directory),
    });
    const url = await control.listen();
    writeServerFile(directory, { pid: process.pid, url });
    return { close, targets: gateway.targets, url };
  } catch (error) {
    await close(0).catch(() => {});
    throw error;
  }
}

/** The ledger, and all that only needs the ledger. */
async function openCore({ directory, environment, warn }: StartOptions) {
  const clock = systemClock();
  const newId = uuidv7Source(Date.now, randomBytes);
  const origin = originOf({
    host: hostname(),
    instance: randomUUID(),
    timezone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    version: environment.version,
  });
  const ledger: Ledger = await openLedger({ describeEvent: ledgerEventRecords(origin, newId), directory });
  try {
    const onFailure = (error: unknown) =>
      warn(`the ledger cannot write, so nothing is forwarded any more: ${(error as Error).message}`);
    const recorder = new LedgerRecorder({ ledger, newId, onFailure, origin });
    const registry = new SessionRegistry({ newId, nowUs: clock.nowUs });
    const indexes = new SessionIndexes(clock.nowUs);
    const { closed } = await recoverRuns({ directory, indexes, nowUs: clock.nowUs, recorder, registry });
    if (closed > 0)
      warn(`${closed} statements were running when the last run ended; how they ended is unknown`);
    const hints = new HintKeeper(directory, recorder, indexes);
    return { clock, hints, indexes, ledger, newId, recorder, registry };
  } catch (error) {
    await ledger.close().catch(() => {});
    throw error;
  }
}

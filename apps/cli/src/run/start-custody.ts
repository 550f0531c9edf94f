import { rfc3339 } from "@custody/domain";
import { type Gateway, startGateway } from "@custody/gateway";
import { type ServerProcess, startServerProcess } from "@custody/server";
import { RunDesk } from "../agent-sessions/run-desk.ts";
import { LocalAlertDesk } from "../alerts/alert-desk.ts";
import { webhookSettings } from "../alerts/webhook-settings.ts";
import { resolveModels } from "../config/models-config.ts";
import type { Config } from "../config/read-config.ts";
import { serverTls } from "../config/tls-files.ts";
import { resolveTarget, variableOf } from "../config/upstream.ts";
import { certificatePin } from "../control/certificate-pin.ts";
import { ensureLocalToken } from "../control/local-token.ts";
import { removeServerFile, writeServerFile } from "../control/server-file.ts";
import { checkUser } from "../doctor/machine-checks.ts";
import type { Environment } from "../environment.ts";
import { FreezeDesk } from "../freeze/freeze-desk.ts";
import { ApprovalDesk } from "../holds/approval-desk.ts";
import { pageFolder } from "../installation/places.ts";
import { CheckpointRecords } from "../outside/checkpoint-records.ts";
import { outsideSettings } from "../outside/outside-config.ts";
import { policyLoadedRecord, readPolicy } from "../policy/policy-record.ts";
import { recount } from "../policy/recount.ts";
import { Reloader } from "../reload/reloader.ts";
import { applyCommand } from "../retention/apply-command.ts";
import { RetentionTimer } from "../retention/retention-timer.ts";
import { oidcSettings } from "../sign-in/oidc-settings.ts";
import { SimulationRecords } from "../simulate/simulation-records.ts";
import { TargetDesk, targetsOf } from "../targets/target-desk.ts";
import { dataPathOf } from "./data-path.ts";
import { openCore } from "./open-core.ts";

export interface StartOptions {
  readonly config: Config;
  readonly directory: string;
  readonly environment: Environment;
  /** Tells the operator something that needs a person. */
  readonly warn: (text: string) => void;
  /** Tells what went well, for a log. */
  readonly info: (text: string) => void;
  /** What is there is for trying out: nobody is reminded to keep a copy of its key. */
  readonly isTour?: boolean;
  /** For these a recovery copy of the master key is made, unless there is one; besides those of the configuration. */
  readonly recoveryRecipients?: readonly string[];
  /** Reads the configuration anew, for a reload. @throws CliError CONFIG_INVALID */
  readonly readAgain: () => Config;
}

export interface RunningCustody {
  readonly url: string;
  /** Signs one browser in, once. */
  readonly signInUrl: string;
  /** A link that makes the first owner; undefined when one was made before. */
  ownerUrl(): Promise<string | undefined>;
  readonly targets: Gateway["targets"];
  readonly models: Gateway["models"];
  /** Reads the configuration again and puts it in force, or keeps the one before; `reload.json` says which. */
  reload(): Promise<void>;
  /** Ends connections (busy ones after `graceMs`), closes the ledger, and takes `server.json` away. */
  close(graceMs: number): Promise<void>;
}

/**
 * Puts the parts together, in the order in which they depend on each other: the ledger first, then what earlier runs
 * left open in it, then whatever agents connect to, and last the server, a process of its own. What was started is
 * stopped again when a later part fails.
 */
export async function startCustody(options: StartOptions): Promise<RunningCustody> {
  const { config, directory, environment, warn } = options;
  const targets = config.targets.map((target) => resolveTarget(target, config, environment, warn));
  const tls = serverTls(config, warn);
  const models = resolveModels(config, tls, environment);
  const policy = readPolicy(config);
  const outside = await outsideSettings(config, environment);
  const webhooks = webhookSettings(config, environment);
  const oidc = oidcSettings(config, environment);
  const core = await openCore(options);
  const { alerts, clock, courier, disk, erasure, hints, holds, identities, keySource, ledger, newId, pins } =
    core;
  const { poster, recorder, recovery, registry, spending } = core;
  let gateway: Gateway | undefined;
  let server: ServerProcess | undefined;
  let retention: RetentionTimer | undefined;
  let freezes: FreezeDesk | undefined;
  let approvals: ApprovalDesk | undefined;
  let reloader: Reloader | undefined;
  const close = async (graceMs: number) => {
    retention?.stop();
    await server?.close();
    await gateway?.close(graceMs);
    disk.stop();
    hints.stop();
    holds.close();
    core.reports.close();
    freezes?.close();
    approvals?.close();
    await pins.close();
    await identities.close();
    await alerts.close();
    courier.close();
    await poster.close();
    await hints.write();
    removeServerFile(directory);
    await ledger.close();
  };
  try {
    await recorder.record([policyLoadedRecord(policy, "start", newId(), clock.nowUs())], "durable");
    if (webhooks.length > 0) poster.prepare();
    void courier.start(webhooks);
    const findSession = (id: string) => registry.find(id);
    const desks = { ...core.derived, newId, nowUs: clock.nowUs };
    const known = () => namesOf(reloader?.config ?? config);
    const freezing = new FreezeDesk({ ...desks, known });
    freezes = freezing;
    // Before that, a statement could be let through that a freeze stands against.
    await freezing.loaded;
    const approving = new ApprovalDesk({
      ...desks,
      checkSigned: (user, answered, signed) => identities.checkSigned(user, answered, signed),
      findSession: (id) => registry.find(id)?.identity,
      setUp: checkUser(directory, environment.variables).status === "ok" ? undefined : "same user",
    });
    approvals = approving;
    // Whoever waited in the run before is gone.
    await approving.loaded;
    await approving.desk.resume();
    const before = ledger.durableSize;
    spending.follow(policy);
    // Before that, a budget would not know what is spent of it.
    if (models !== undefined) await spending.recount(core.derived.reader, before);
    // Without models nobody can spend, and nothing waits: people only want to know what was spent before.
    else if (policy.compiled.budgets.length > 0)
      void spending
        .recount(core.derived.reader, before)
        .catch((error: Error) => warn(`how budgets stand could not be read: ${error.message}`));
    const started = await startGateway({
      approvals: approving.desk,
      clock,
      findSession,
      freezes: () => freezing.freezes,
      models: models && { ...models, ...core.modelPorts },
      newId,
      pins,
      policy,
      recorder,
      spentBy: spending.spentBy,
      targets,
    });
    gateway = started;
    void recount(core.derived.reader, before, clock.nowUs() / 1000, started.count).catch((error: Error) =>
      warn(`limits over time begin anew, since what was done before could not be read: ${error.message}`),
    );
    const runs = new RunDesk(
      { ...core, endConnections: started.endSession, nowUs: clock.nowUs, warn },
      core.agentRuns,
    );
    const reloading = new Reloader({ ...core, ...options, gateway: started, nowUs: clock.nowUs, policy });
    reloader = reloading;
    retention = new RetentionTimer({
      ...options,
      command: applyCommand(directory, config.file),
      rules: () => reloading.config.retention,
    });
    const desk = {
      ...core,
      nowUs: clock.nowUs,
      runs,
      get models() {
        return started.models;
      },
      get projects() {
        return reloading.config.projects.map(({ name }) => name);
      },
      get targets() {
        return started.targets;
      },
      get variables() {
        return new Map(reloading.config.targets.map((target) => [target.name, variableOf(target)]));
      },
    };
    const startedAt = rfc3339(clock.nowUs());
    const { version } = environment;
    const checkpoints = new CheckpointRecords({
      newId,
      nowUs: clock.nowUs,
      recordOne: (draft) => recorder.recordOne(draft),
    });
    const simulations = new SimulationRecords({
      newId,
      nowUs: clock.nowUs,
      recorder,
      targets: () => reloading.config.targets,
    });
    server = await startServerProcess({
      dataPath: dataPathOf({
        alerts: new LocalAlertDesk(alerts, courier),
        checkpoints,
        desk,
        disk,
        erasure,
        approvals: approving,
        freezes: freezing,
        gateway: started,
        identities,
        keySource,
        ledger,
        pins,
        recovery,
        reports: core.reports,
        simulations,
        spending,
        startedAt,
        targets: new TargetDesk({ ...targetsOf(started), pins }),
        version,
      }),
      settings: {
        ...config.listen,
        ...outside,
        ...(config.publicUrl === undefined ? undefined : { publicUrl: config.publicUrl }),
        ...(oidc === undefined ? undefined : { oidc }),
        ...(tls === undefined ? undefined : { tls: { cert: tls.certificate, key: tls.key } }),
        directory: ledger.directory,
        page: pageFolder,
        token: ensureLocalToken(directory),
        version,
      },
      warn,
    });
    const { signInUrl, url } = server;
    const pin = tls === undefined ? undefined : { certificateSha256: certificatePin(tls.certificate) };
    writeServerFile(directory, { pid: process.pid, url, ...pin });
    const ownerUrl = async () => {
      const invited = await identities.firstInvitation();
      return invited && `${new URL(signInUrl).origin}/#invitation=${invited.secret}`;
    };
    const reload = () => reloading.reload();
    return { close, models: started.models, ownerUrl, reload, signInUrl, targets: started.targets, url };
  } catch (error) {
    await close(0).catch(() => {});
    throw error;
  }
}

/** What can be frozen. */
function namesOf({ projects, targets }: Config) {
  return { projects: projects.map(({ name }) => name), targets: targets.map(({ name }) => name) };
}

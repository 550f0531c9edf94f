import { randomBytes, randomUUID } from "node:crypto";
import { hostname } from "node:os";
import { type RecordDraft, rfc3339, uuidv7Source } from "@custody/domain";
import { type Gateway, SessionRegistry, startGateway } from "@custody/gateway";
import { checkRecipients, rememberedSource } from "@custody/keys";
import { type Ledger, LedgerReader, openLedger, readIdentity } from "@custody/ledger";
import { type ServerProcess, startServerProcess } from "@custody/server";
import { RunDesk } from "../agent-sessions/run-desk.ts";
import { LocalAlertDesk } from "../alerts/alert-desk.ts";
import { AlertRegister } from "../alerts/alert-register.ts";
import { AlertWatch } from "../alerts/alert-watch.ts";
import { WebhookCourier } from "../alerts/courier.ts";
import { Poster } from "../alerts/poster.ts";
import { webhookSettings } from "../alerts/webhook-settings.ts";
import type { Config } from "../config/read-config.ts";
import { serverTls } from "../config/tls-files.ts";
import { resolveTarget, variableOf } from "../config/upstream.ts";
import { certificatePin } from "../control/certificate-pin.ts";
import { ensureLocalToken } from "../control/local-token.ts";
import { readServerFile, removeServerFile, writeServerFile } from "../control/server-file.ts";
import { DiskGuard } from "../disk/disk-guard.ts";
import { checkUser } from "../doctor/machine-checks.ts";
import type { Environment } from "../environment.ts";
import { FreezeDesk } from "../freeze/freeze-desk.ts";
import { ApprovalDesk } from "../holds/approval-desk.ts";
import { IdentityRegister } from "../identities/identity-register.ts";
import { keyOptionsOf } from "../keys/key-options.ts";
import {
  keepRecoveryCopy,
  recoveryState,
  recoveryWarning,
  refuseWithoutRecovery,
  tryToKeepRecoveryCopy,
} from "../keys/recovery.ts";
import { CheckpointRecords } from "../outside/checkpoint-records.ts";
import { outsideSettings } from "../outside/outside-config.ts";
import { policyLoadedRecord, readPolicy } from "../policy/policy-record.ts";
import { recount } from "../policy/recount.ts";
import { ledgerEventRecords } from "../recorder/ledger-events.ts";
import { LedgerRecorder } from "../recorder/ledger-recorder.ts";
import { originOf } from "../recorder/origin.ts";
import { Scopes } from "../recorder/scope.ts";
import { HintKeeper } from "../recovery/keep-hints.ts";
import { recoverRuns } from "../recovery/recover-runs.ts";
import { SessionIndexes } from "../recovery/session-indexes.ts";
import { Reloader } from "../reload/reloader.ts";
import { applyCommand } from "../retention/apply-command.ts";
import { ErasureDesk } from "../retention/erasure-desk.ts";
import { HoldRegister } from "../retention/hold-register.ts";
import { RetentionTimer } from "../retention/retention-timer.ts";
import { oidcSettings } from "../sign-in/oidc-settings.ts";
import { SimulationRecords } from "../simulate/simulation-records.ts";
import { PinRegister } from "../targets/pin-register.ts";
import { TargetDesk, targetsOf } from "../targets/target-desk.ts";
import { dataPathOf } from "./data-path.ts";
import { pageFolder } from "./page-folder.ts";
import { systemClock } from "./system-clock.ts";

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
  const policy = readPolicy(config);
  const outside = await outsideSettings(config, environment);
  const webhooks = webhookSettings(config, environment);
  const oidc = oidcSettings(config, environment);
  const core = await openCore(options);
  const { alerts, clock, courier, disk, erasure, hints, holds, identities, keySource, ledger, newId, pins } =
    core;
  const { poster, recorder, recovery, registry } = core;
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
    const started = await startGateway({
      approvals: approving.desk,
      clock,
      findSession,
      freezes: () => freezing.freezes,
      newId,
      pins,
      policy,
      recorder,
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
        simulations,
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
    return { close, ownerUrl, reload, signInUrl, targets: started.targets, url };
  } catch (error) {
    await close(0).catch(() => {});
    throw error;
  }
}

/** What can be frozen. */
function namesOf({ projects, targets }: Config) {
  return { projects: projects.map(({ name }) => name), targets: targets.map(({ name }) => name) };
}

/** The ledger, and all that only needs the ledger. */
async function openCore(options: StartOptions) {
  const { config, directory, environment, isTour, warn } = options;
  const clock = systemClock();
  const newId = uuidv7Source(Date.now, randomBytes);
  const origin = originOf({
    host: hostname(),
    instance: randomUUID(),
    timezone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    version: environment.version,
  });
  const { keyGeneration = 0 } = (await readIdentity(directory)) ?? {};
  const { masterKey } = config;
  const recipients = [...(options.recoveryRecipients ?? []), ...(masterKey?.recoveryRecipients ?? [])];
  await checkRecipients(recipients);
  refuseWithoutRecovery(directory, keyGeneration, masterKey, recipients);
  const keys = await keyOptionsOf(config, directory, environment);
  const keySource = rememberedSource(keys.keySource);
  const describeEvent = ledgerEventRecords(origin, newId);
  const ledger: Ledger = await openLedger({ ...keys, describeEvent, directory, keySource });
  try {
    const onFailure = (error: unknown) => {
      const { message } = error as Error;
      warn(`the ledger cannot write, so nothing is forwarded any more: ${message}`);
      alerts.tellUnrecorded("ledger-failed", message);
    };
    const watch = new AlertWatch((occurrences) => alerts.see(occurrences));
    const recorder: LedgerRecorder = new LedgerRecorder({
      ledger,
      newId,
      onFailure,
      onRecorded: watch.record,
      origin,
      refusal: () => disk.refusal,
      scopes: new Scopes(config.retention),
    });
    const disk = new DiskGuard({
      directory,
      limits: config.disk,
      newId,
      nowUs: clock.nowUs,
      record: (draft) => recorder.record([draft], "durable"),
      warn,
    });
    const registry = new SessionRegistry({ newId, nowUs: clock.nowUs });
    const indexes = new SessionIndexes(clock.nowUs);
    const reader = await LedgerReader.open({ directory, keySource });
    const alerts: AlertRegister = new AlertRegister(
      {
        directory,
        instance: origin.source.instance,
        newId,
        nowUs: clock.nowUs,
        reader,
        recordOne: (draft) => recorder.recordOne(draft),
        settle: () => recorder.settle("durable"),
        size: () => ledger.durableSize,
        warn,
      },
      watch,
    );
    const poster = new Poster();
    const courier = new WebhookCourier({
      directory,
      nowUs: clock.nowUs,
      origin: () => config.publicUrl ?? readServerFile(directory)?.url ?? "",
      post: (post) => poster.post(post),
      reader,
      recordOne: (draft) => recorder.recordOne(draft),
      toldUpTo: () => (alerts.isRecording ? 0 : ledger.durableSize),
      warn,
    });
    alerts.onNotice((notice) => courier.tell(notice));
    alerts.start();
    const { agentRuns, closed } = await recoverRuns({
      directory,
      indexes,
      nowUs: clock.nowUs,
      reader,
      recorder,
      registry,
    });
    const size = () => ledger.durableSize;
    const holds = new HoldRegister(directory, reader, size);
    const recordOne = (draft: RecordDraft) => recorder.recordOne(draft);
    const derived = { directory, reader, recordOne, size };
    const pins = new PinRegister({
      directory,
      isTour,
      newId,
      nowUs: clock.nowUs,
      reader,
      recordOne,
      size,
      warn,
    });
    const identities = new IdentityRegister({
      directory,
      newId,
      nowUs: clock.nowUs,
      reader,
      recordOne,
      size,
    });
    const onRotated = () => tryToKeepRecoveryCopy(ledger, recipients, warn);
    const erasure = new ErasureDesk({ holds, ledger, newId, nowUs: clock.nowUs, onRotated, recorder });
    if (closed > 0)
      warn(`${closed} statements were running when the last run ended; how they ended is unknown`);
    await disk.start();
    const kept = await keepRecoveryCopy(ledger, recipients);
    if (kept !== undefined) options.info(`a recovery copy of the master key is in ${kept}`);
    const recovery = () => recoveryState(directory, ledger.keyGeneration, masterKey, isTour === true);
    if (recovery().needsCopy)
      warn(recoveryWarning(ledger.keyGeneration, keySource.description, keyGeneration === 0));
    const hints = new HintKeeper(directory, recorder, indexes);
    return {
      agentRuns,
      alerts,
      clock,
      courier,
      derived,
      disk,
      erasure,
      hints,
      holds,
      identities,
      indexes,
      keySource,
      ledger,
      newId,
      pins,
      poster,
      recorder,
      recovery,
      registry,
    };
  } catch (error) {
    await ledger.close().catch(() => {});
    throw error;
  }
}

import { randomBytes, randomUUID } from "node:crypto";
import { hostname } from "node:os";
import { type RecordDraft, uuidv7Source } from "@custody/domain";
import { type ModelPorts, SessionRegistry } from "@custody/gateway";
import { checkRecipients, type RememberedSource, rememberedSource } from "@custody/keys";
import { type Ledger, LedgerReader, openLedger, readIdentity } from "@custody/ledger";
import type { FoundRun } from "../agent-sessions/run-desk.ts";
import { AlertRegister } from "../alerts/alert-register.ts";
import { AlertWatch } from "../alerts/alert-watch.ts";
import { WebhookCourier } from "../alerts/courier.ts";
import { Poster } from "../alerts/poster.ts";
import { readServerFile } from "../control/server-file.ts";
import { DiskGuard } from "../disk/disk-guard.ts";
import { IdentityRegister } from "../identities/identity-register.ts";
import { keyOptionsOf } from "../keys/key-options.ts";
import {
  keepRecoveryCopy,
  type RecoveryState,
  recoveryState,
  recoveryWarning,
  refuseWithoutRecovery,
  tryToKeepRecoveryCopy,
} from "../keys/recovery.ts";
import { ModelSpending } from "../policy/model-spending.ts";
import { BodyStore } from "../recorder/body-store.ts";
import { ledgerEventRecords } from "../recorder/ledger-events.ts";
import { LedgerRecorder } from "../recorder/ledger-recorder.ts";
import { originOf } from "../recorder/origin.ts";
import { Scopes } from "../recorder/scope.ts";
import { HintKeeper } from "../recovery/keep-hints.ts";
import { recoverRuns } from "../recovery/recover-runs.ts";
import { SessionIndexes } from "../recovery/session-indexes.ts";
import { ReportedRecords } from "../reported/reported-records.ts";
import { ErasureDesk } from "../retention/erasure-desk.ts";
import { HoldRegister } from "../retention/hold-register.ts";
import { PinRegister } from "../targets/pin-register.ts";
import { modelPorts } from "./model-ports.ts";
import type { StartOptions } from "./start-custody.ts";
import { systemClock } from "./system-clock.ts";

/** The ledger, and all that only needs the ledger. */
export interface Core {
  /** Runs of agents that were going on. */
  readonly agentRuns: readonly FoundRun[];
  readonly alerts: AlertRegister;
  readonly bodies: BodyStore;
  readonly clock: ReturnType<typeof systemClock>;
  readonly courier: WebhookCourier;
  /** What whoever derives something from records needs. */
  readonly derived: {
    readonly directory: string;
    readonly reader: LedgerReader;
    readonly recordOne: (draft: RecordDraft) => Promise<number>;
    readonly size: () => number;
  };
  readonly disk: DiskGuard;
  readonly erasure: ErasureDesk;
  readonly hints: HintKeeper;
  readonly holds: HoldRegister;
  readonly identities: IdentityRegister;
  readonly indexes: SessionIndexes;
  readonly keySource: RememberedSource;
  readonly ledger: Ledger;
  readonly modelPorts: ModelPorts;
  readonly newId: () => string;
  readonly pins: PinRegister;
  readonly poster: Poster;
  readonly recorder: LedgerRecorder;
  readonly recovery: () => RecoveryState;
  readonly registry: SessionRegistry;
  readonly reports: ReportedRecords;
  readonly spending: ModelSpending;
}

/** Opens the ledger, and closes in it what earlier runs left open. */
export async function openCore(options: StartOptions): Promise<Core> {
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
    const scopes = new Scopes(config.retention);
    const watch = new AlertWatch((occurrences) => alerts.see(occurrences));
    const recorder: LedgerRecorder = new LedgerRecorder({
      ledger,
      newId,
      onFailure,
      onRecorded: watch.record,
      origin,
      refusal: () => disk.refusal,
      scopes,
    });
    const bodies = new BodyStore(ledger, scopes, clock.nowUs);
    const prices = config.models?.prices ?? [];
    const spending = new ModelSpending({ newId, nowUs: clock.nowUs, prices, recorder });
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
    const reports = new ReportedRecords({
      directory,
      findSession: (id) => registry.find(id)?.identity,
      instance: origin.source.instance,
      newId,
      nowUs: clock.nowUs,
      reader,
      recorder,
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
      bodies,
      modelPorts: modelPorts(registry, bodies, spending),
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
      reports,
      spending,
    };
  } catch (error) {
    await ledger.close().catch(() => {});
    throw error;
  }
}

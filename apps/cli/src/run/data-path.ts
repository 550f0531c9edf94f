import type { Gateway } from "@custody/gateway";
import { humanOf, type Principal } from "@custody/identity";
import type { RememberedSource } from "@custody/keys";
import type { Ledger } from "@custody/ledger";
import type { AdministerAct, AlertDesk, DataPath } from "@custody/server";
import type { DiskGuard } from "../disk/disk-guard.ts";
import type { FreezeDesk } from "../freeze/freeze-desk.ts";
import type { ApprovalDesk } from "../holds/approval-desk.ts";
import type { IdentityRegister } from "../identities/identity-register.ts";
import type { RecoveryState } from "../keys/recovery.ts";
import type { CheckpointRecords } from "../outside/checkpoint-records.ts";
import { budgetPage } from "../policy/budget-desk.ts";
import type { ModelSpending } from "../policy/model-spending.ts";
import type { ReportedRecords } from "../reported/reported-records.ts";
import type { ErasureDesk } from "../retention/erasure-desk.ts";
import type { SimulationRecords } from "../simulate/simulation-records.ts";
import type { PinRegister } from "../targets/pin-register.ts";
import { standing, type TargetDesk } from "../targets/target-desk.ts";
import { agentOf, openSession, type SessionDeskOptions } from "./session-desk.ts";

export interface DataPathParts {
  readonly alerts: AlertDesk;
  readonly version: string;
  readonly startedAt: string;
  readonly ledger: Ledger;
  readonly gateway: Gateway;
  readonly disk: Pick<DiskGuard, "refusal">;
  readonly desk: SessionDeskOptions;
  readonly checkpoints: Pick<CheckpointRecords, "record">;
  readonly approvals: ApprovalDesk;
  readonly erasure: ErasureDesk;
  readonly freezes: FreezeDesk;
  readonly identities: IdentityRegister;
  readonly pins: Pick<PinRegister, "find">;
  readonly targets: TargetDesk;
  readonly keySource: RememberedSource;
  readonly recovery: () => RecoveryState;
  readonly reports: Pick<ReportedRecords, "record">;
  readonly simulations: Pick<SimulationRecords, "record">;
  readonly spending: Pick<ModelSpending, "standing">;
}

/** What the server's process may ask of this one. */
export function dataPathOf(parts: DataPathParts): DataPath {
  const { checkpoints, version, startedAt, ledger, gateway, desk, disk, erasure, keySource, recovery } =
    parts;
  const { alerts, identities, pins, reports, simulations } = parts;
  return {
    alerts,
    heldKeys: () => keySource.held(),
    identities,
    agentOf: (tokenDigest) => agentOf(desk.registry, tokenDigest),
    runs: desk.runs,
    openSession: (body, by) => openSession(body, desk, humanOf(by)),
    recordCheckpoint: (body) => checkpoints.record(body),
    recordReports: (body, by) => reports.record(body, desk.projects, by),
    administer: (act, request, by) =>
      act === "record-simulation"
        ? simulations.record(request, humanOf(by))
        : act === "stop-session"
          ? desk.runs.stop(request, by)
          : administer(parts, act, request, by),
    get size() {
      return ledger.size;
    },
    status() {
      const failure = ledger.failure ?? disk.refusal;
      return {
        alerts: { open: alerts.mark.open, webhooks: alerts.webhooks },
        connections: gateway.connectionCount,
        erasures: erasure.progress(),
        data: ledger.directory,
        ledger: {
          durableSize: ledger.durableSize,
          failure: failure ? { code: failure.code, message: failure.message } : null,
          origin: ledger.origin,
          size: ledger.size,
        },
        masterKey: {
          generation: ledger.keyGeneration,
          source: keySource.description,
          ...recovery(),
        },
        pid: process.pid,
        sessions: desk.registry.size,
        startedAt,
        targets: gateway.targets.map(({ kind, listen, name }) => ({
          kind,
          listen,
          name,
          ...standing(pins.find(name)),
        })),
        version,
      };
    },
  };
}

function administer(
  {
    approvals,
    erasure: desk,
    freezes,
    spending,
    targets,
  }: Pick<DataPathParts, "approvals" | "erasure" | "freezes" | "spending" | "targets">,
  act: Exclude<AdministerAct, "record-simulation" | "stop-session">,
  request: unknown,
  by: Principal,
): Promise<unknown> {
  const human = humanOf(by);
  switch (act) {
    case "budgets":
      return Promise.resolve().then(() => budgetPage(spending, request, by));
    case "erase":
      return desk.erase(request, human);
    case "hold":
      return desk.placeHold(request, human);
    case "holds":
      return desk.holds().then((holds) => [...holds]);
    case "release-hold":
      return desk.releaseHold(request, human);
    case "rotate-key":
      return desk.rotate();
    case "export-key":
      return desk.exportKey(request, human);
    case "targets":
      return targets.list();
    case "pin-target":
      return targets.pin(request, human);
    case "waiting":
      return Promise.resolve().then(() => approvals.list(request, by));
    case "waiting-one":
      return Promise.resolve().then(() => approvals.find(request, by));
    case "decide":
      return approvals.decide(request, by);
    case "grants":
      return Promise.resolve(approvals.grants(by));
    case "grant":
      return approvals.grant(request, by);
    case "end-grant":
      return approvals.endGrant(request, by);
    case "freezes":
      return Promise.resolve(freezes.list());
    case "freeze":
      return freezes.freeze(request, { actor: { human }, name: by.name });
    case "thaw":
      return freezes.thaw(request, { actor: { human }, name: by.name });
  }
}

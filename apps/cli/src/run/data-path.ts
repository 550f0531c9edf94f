import type { Gateway } from "@custody/gateway";
import type { RememberedSource } from "@custody/keys";
import type { Ledger } from "@custody/ledger";
import type { AdministerAct, AlertDesk, DataPath } from "@custody/server";
import type { DiskGuard } from "../disk/disk-guard.ts";
import type { FreezeDesk } from "../freeze/freeze-desk.ts";
import type { RecoveryState } from "../keys/recovery.ts";
import type { CheckpointRecords } from "../outside/checkpoint-records.ts";
import type { ErasureDesk } from "../retention/erasure-desk.ts";
import { LOCAL_OPERATOR } from "../retention/retention-records.ts";
import type { SimulationRecords } from "../simulate/simulation-records.ts";
import type { PinRegister } from "../targets/pin-register.ts";
import { standing, type TargetDesk } from "../targets/target-desk.ts";
import { openSession, type SessionDeskOptions } from "./session-desk.ts";

export interface DataPathParts {
  readonly alerts: AlertDesk;
  readonly version: string;
  readonly startedAt: string;
  readonly ledger: Ledger;
  readonly gateway: Gateway;
  readonly disk: Pick<DiskGuard, "refusal">;
  readonly desk: SessionDeskOptions;
  readonly checkpoints: Pick<CheckpointRecords, "record">;
  readonly erasure: ErasureDesk;
  readonly freezes: FreezeDesk;
  readonly pins: Pick<PinRegister, "find">;
  readonly targets: TargetDesk;
  readonly keySource: RememberedSource;
  readonly recovery: () => RecoveryState;
  readonly simulations: Pick<SimulationRecords, "record">;
}

/** What the server's process may ask of this one. */
export function dataPathOf(parts: DataPathParts): DataPath {
  const { checkpoints, version, startedAt, ledger, gateway, desk, disk, erasure, keySource, recovery } =
    parts;
  const { alerts, pins, simulations } = parts;
  return {
    alerts,
    heldKeys: () => keySource.held(),
    openSession: (body) => openSession(body, desk),
    recordCheckpoint: (body) => checkpoints.record(body),
    administer: (act, request) =>
      act === "record-simulation" ? simulations.record(request) : administer(parts, act, request),
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

/** Whoever has the local token. */
const ASKER = { actor: { human: LOCAL_OPERATOR }, name: LOCAL_OPERATOR.name };

function administer(
  { erasure: desk, freezes, targets }: Pick<DataPathParts, "erasure" | "freezes" | "targets">,
  act: Exclude<AdministerAct, "record-simulation">,
  request: unknown,
): Promise<unknown> {
  switch (act) {
    case "erase":
      return desk.erase(request);
    case "hold":
      return desk.placeHold(request);
    case "holds":
      return desk.holds().then((holds) => [...holds]);
    case "release-hold":
      return desk.releaseHold(request);
    case "rotate-key":
      return desk.rotate();
    case "export-key":
      return desk.exportKey(request);
    case "targets":
      return targets.list();
    case "pin-target":
      return targets.pin(request);
    case "freezes":
      return Promise.resolve(freezes.list());
    case "freeze":
      return freezes.freeze(request, ASKER);
    case "thaw":
      return freezes.thaw(request, ASKER);
  }
}

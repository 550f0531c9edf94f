import type { Gateway } from "@custody/gateway";
import type { Ledger } from "@custody/ledger";
import type { DataPath } from "@custody/server";
import type { DiskGuard } from "../disk/disk-guard.ts";
import type { CheckpointRecords } from "../outside/checkpoint-records.ts";
import { openSession, type SessionDeskOptions } from "./session-desk.ts";

export interface DataPathParts {
  readonly version: string;
  readonly startedAt: string;
  readonly ledger: Ledger;
  readonly gateway: Gateway;
  readonly disk: Pick<DiskGuard, "refusal">;
  readonly desk: SessionDeskOptions;
  readonly checkpoints: Pick<CheckpointRecords, "record">;
}

/** What the server's process may ask of this one. */
export function dataPathOf(parts: DataPathParts): DataPath {
  const { checkpoints, version, startedAt, ledger, gateway, desk, disk } = parts;
  return {
    openSession: (body) => openSession(body, desk),
    recordCheckpoint: (body) => checkpoints.record(body),
    get size() {
      return ledger.size;
    },
    status() {
      const failure = ledger.failure ?? disk.refusal;
      return {
        connections: gateway.connectionCount,
        data: ledger.directory,
        ledger: {
          durableSize: ledger.durableSize,
          failure: failure ? { code: failure.code, message: failure.message } : null,
          origin: ledger.origin,
          size: ledger.size,
        },
        pid: process.pid,
        sessions: desk.registry.size,
        startedAt,
        targets: gateway.targets.map(({ kind, listen, name }) => ({ kind, listen, name })),
        version,
      };
    },
  };
}

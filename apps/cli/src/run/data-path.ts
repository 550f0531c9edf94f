import type { Gateway } from "@custody/gateway";
import type { Ledger } from "@custody/ledger";
import type { DataPath } from "@custody/server";
import type { DiskGuard } from "../disk/disk-guard.ts";
import { answerExport } from "../keys/export-desk.ts";
import type { ExportParts } from "../keys/export-key.ts";
import type { RecoveryState } from "../keys/recovery.ts";
import { openSession, type SessionDeskOptions } from "./session-desk.ts";

export interface DataPathParts {
  readonly version: string;
  readonly startedAt: string;
  readonly ledger: Ledger;
  readonly gateway: Gateway;
  readonly disk: Pick<DiskGuard, "refusal">;
  readonly desk: SessionDeskOptions;
  readonly exporting: ExportParts;
  readonly recovery: () => RecoveryState;
}

/** What the server's process may ask of this one. */
export function dataPathOf(parts: DataPathParts): DataPath {
  const { version, startedAt, ledger, gateway, desk, disk, exporting, recovery } = parts;
  const { keySource } = exporting;
  return {
    exportKey: (body) => answerExport(body, exporting),
    heldKeys: () => keySource.held(),
    openSession: (body) => openSession(body, desk),
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
        masterKey: {
          generation: ledger.keyGeneration,
          source: keySource.description,
          ...recovery(),
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

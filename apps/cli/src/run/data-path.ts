import type { Gateway } from "@custody/gateway";
import type { Ledger } from "@custody/ledger";
import type { DataPath } from "@custody/server";
import type { DiskGuard } from "../disk/disk-guard.ts";
import { openSession, type SessionDeskOptions } from "./session-desk.ts";

export interface DataPathParts {
  readonly version: string;
  readonly startedAt: string;
  readonly ledger: Ledger;
  readonly gateway: Gateway;
  readonly disk: Pick<DiskGuard, "refusal">;
  readonly desk: SessionDeskOptions;
}

/** What the server's process may ask of this one. */
export function dataPathOf({ version, startedAt, ledger, gateway, desk, disk }: DataPathParts): DataPath {
  return {
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
        pid: process.pid,
        sessions: desk.registry.size,
        startedAt,
        targets: gateway.targets.map(({ kind, listen, name }) => ({ kind, listen, name })),
        version,
      };
    },
  };
}

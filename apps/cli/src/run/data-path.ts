import type { Gateway } from "@custody/gateway";
import type { Ledger } from "@custody/ledger";
import type { AdministerAct, DataPath } from "@custody/server";
import type { DiskGuard } from "../disk/disk-guard.ts";
import type { ErasureDesk } from "../retention/erasure-desk.ts";
import { openSession, type SessionDeskOptions } from "./session-desk.ts";

export interface DataPathParts {
  readonly version: string;
  readonly startedAt: string;
  readonly ledger: Ledger;
  readonly gateway: Gateway;
  readonly disk: Pick<DiskGuard, "refusal">;
  readonly desk: SessionDeskOptions;
  readonly erasure: ErasureDesk;
}

/** What the server's process may ask of this one. */
export function dataPathOf(parts: DataPathParts): DataPath {
  const { version, startedAt, ledger, gateway, desk, disk, erasure } = parts;
  return {
    openSession: (body) => openSession(body, desk),
    administer: (act, request) => administer(erasure, act, request),
    get size() {
      return ledger.size;
    },
    status() {
      const failure = ledger.failure ?? disk.refusal;
      return {
        connections: gateway.connectionCount,
        erasures: erasure.progress(),
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

function administer(desk: ErasureDesk, act: AdministerAct, request: unknown): Promise<unknown> {
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
  }
}

import type { Gateway } from "@custody/gateway";
import type { Ledger } from "@custody/ledger";
import type { Routes } from "../control/control-server.ts";
import { openSession, type SessionDeskOptions } from "./session-desk.ts";

/** What `custody status --json` prints, and `GET /api/status` answers. */
export interface Status {
  readonly version: string;
  readonly pid: number;
  readonly startedAt: string;
  readonly data: string;
  readonly ledger: {
    readonly origin: string;
    readonly size: number;
    readonly durableSize: number;
    /** Why nothing is recorded, and so nothing forwarded, any more; null while all is well. */
    readonly failure: { readonly code: string; readonly message: string } | null;
  };
  readonly targets: readonly { readonly name: string; readonly kind: string; readonly listen: string }[];
  readonly connections: number;
  readonly sessions: number;
}

export interface RouteParts {
  readonly version: string;
  readonly startedAt: string;
  readonly ledger: Ledger;
  readonly gateway: Gateway;
  readonly desk: SessionDeskOptions;
}

export function routesOf(parts: RouteParts): Routes {
  return {
    "GET /": () => frontPage(parts),
    "GET /api/status": () => statusOf(parts),
    "GET /healthz": () => "ok\n",
    "POST /api/sessions": (body) => openSession(body, parts.desk),
  };
}

function statusOf({ version, startedAt, ledger, gateway, desk }: RouteParts): Status {
  const { failure } = ledger;
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
}

function frontPage({ version, gateway }: RouteParts): string {
  const targets = gateway.targets.map(({ name, kind, listen }) => `  ${name} (${kind}) on ${listen}`);
  return [
    `Custody ${version} keeps the chain of custody for AI coding agents.`,
    "",
    targets.length === 0 ? "It guards no target; see docs/configuration.md." : "It stands in front of:",
    ...targets,
    "",
    "custody session new --agent NAME   an address for an agent",
    "custody log                        what agents did",
    "",
  ].join("\n");
}

import type { AuditRecord } from "@custody/domain";
import type { ServerIdentity } from "@custody/gateway";
import { isPartial } from "@custody/gateway/words";

type Details = NonNullable<AuditRecord["details"]>;

/** A server in the details of a record. */
export function identityDetails(identity: ServerIdentity): Details {
  return { ...identity, partial: isPartial(identity) };
}

/** The server that stood there before, or should, beside another one. */
export function formerDetails({ database, oid, server, system }: ServerIdentity): Details {
  return {
    pinnedDatabase: database,
    pinnedOid: oid,
    ...(server === undefined ? undefined : { pinnedServer: server }),
    ...(system === undefined ? undefined : { pinnedSystem: system }),
  };
}

/** Undefined when the details name no server. */
export function identityIn({ database, oid, server, system }: Details): ServerIdentity | undefined {
  if (typeof database !== "string" || typeof oid !== "number") return undefined;
  return {
    database,
    oid,
    ...(typeof server === "string" ? { server } : undefined),
    ...(typeof system === "string" ? { system } : undefined),
  };
}

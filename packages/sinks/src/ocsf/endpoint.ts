import type { AuditRecord } from "@custody/domain";
import { clientAddress } from "../client-address.ts";
import { present } from "../present.ts";
import type { Fields } from "./mapping.ts";

/** The agent's side. Only the record of a connection has an address; `uid` joins the others to it. */
export function sourceEndpoint(record: AuditRecord): Fields {
  const { actor, links } = record;
  const name = actor.agent?.name || actor.service || actor.human?.name || "unknown";
  return present({
    ...clientAddress(record),
    instance_uid: actor.agent?.instance,
    name,
    uid: links.connection,
  });
}

/** The database's side; `identity` is the server's own id. */
export function targetEndpoint({ target }: AuditRecord): Fields | undefined {
  return target && present({ instance_uid: target.identity, name: target.name, svc_name: target.kind });
}

import type { AuditRecord } from "@custody/domain";
import { sharedDetails } from "../details.ts";
import { present, presentOrNone } from "../present.ts";
import type { Fields } from "./mapping.ts";

/** The parts of the record that the schema has no attribute for, under their own names. */
export function unmappedOf(record: AuditRecord): Fields {
  const { actor, approval, duration, effect, links, location, operations, parentSession } = record;
  const { source, statement, target, transaction } = record;
  const { instance, kind, sequence, vantage } = source;
  return present({
    approval,
    agent: actor.agent && presentOrNone({ model: actor.agent.model, parent: actor.agent.parent }),
    details: sharedDetails(record),
    duration,
    effect,
    environment: target?.environment,
    human: actor.human && { assurance: actor.human.assurance },
    links,
    operations,
    parent_session: parentSession,
    site: location.site,
    source: { instance, kind, sequence, vantage },
    statement: statement && withoutText(statement),
    timezone: location.timezone,
    transaction,
    database_user: target?.user,
  });
}

function withoutText({ text: _, ...rest }: NonNullable<AuditRecord["statement"]>): Fields {
  return rest;
}

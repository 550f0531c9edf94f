import { sharedDetails } from "../details.ts";
import type { SinkEntry } from "../entry.ts";
import { objectNames, principalOperation, verbs } from "../operations.ts";
import { present } from "../present.ts";

/** Everything that ECS has no field for, under the record's own names, and how the document stands in the chain. */
export function custodyOf({ index, leafHash, origin, previousLeafHash, record }: SinkEntry): object {
  const { action, actor, approval, decision, effect, links, operations, parentSession } = record;
  const { project, session, source, statement, target, transaction, type } = record;
  return present({
    action,
    agent: actor.agent,
    approval,
    assurance: actor.human?.assurance,
    decision: decision?.effect,
    details: sharedDetails(record),
    effect,
    index,
    integrity: { leafHash, origin, previousLeafHash },
    links,
    objects: objectNames(record),
    operations,
    parentSession,
    project,
    service: actor.service,
    session,
    source: {
      instance: source.instance,
      kind: source.kind,
      sequence: source.sequence,
      vantage: source.vantage,
    },
    statement,
    target,
    tier: principalOperation(record)?.tier,
    transaction,
    type,
    upstreamUs: record.duration?.upstreamUs,
    verbs: verbs(record),
  });
}

import type { AuditRecord } from "@custody/domain";
import { escapeText, render } from "@custody/messages";
import { clientAddress } from "../client-address.ts";
import { detailText } from "../details.ts";
import type { SinkEntry } from "../entry.ts";
import { present, presentOrNone } from "../present.ts";
import { custodyOf } from "./custody.ts";
import { eventOf } from "./event.ts";

/** The version of the schema whose names are used here. */
const ECS_VERSION = "9.4.0";

type Fields = Readonly<Record<string, unknown>>;

/** One record as an ECS document: the schema's fields where it has one, and `custody.*` for the rest. */
export function ecsDocument(entry: SinkEntry): Fields {
  const { record } = entry;
  const { actor, level, location, message, source, target } = record;
  const { agent, human } = actor;
  const host = location.host;
  return present({
    "@timestamp": record.time,
    ecs: { version: ECS_VERSION },
    message: escapeText(render(message.key, message.params)),
    event: eventOf(entry),
    log: { level, logger: source.name },
    host: presentOrNone({ hostname: host, name: host }),
    observer: {
      hostname: host,
      product: "Custody",
      type: "proxy",
      vendor: "Custody",
      version: source.version,
    },
    user: human && presentOrNone({ id: human.id, name: human.name }),
    gen_ai: agent && { agent: present({ id: agent.instance, name: agent.name }) },
    service: target && presentOrNone(serviceOf(target)),
    source: sourceOf(record),
    rule: record.decision && presentOrNone({ name: record.decision.rule, ruleset: record.decision.policy }),
    error: presentOrNone(errorOf(record)),
    trace: presentOrNone({ id: traceOf(record) }),
    related: presentOrNone(relatedOf(record)),
    custody: custodyOf(entry),
  });
}

function serviceOf({ environment, identity, kind, name }: NonNullable<AuditRecord["target"]>): Fields {
  return { environment, id: identity, name, type: kind };
}

function sourceOf(record: AuditRecord): Fields | undefined {
  const { ip, port } = clientAddress(record);
  return presentOrNone({ address: detailText(record, "address"), ip, port });
}

function errorOf(record: AuditRecord): Fields {
  const { effect, type } = record;
  if (/^db\.connection\.(refused|failed)$/.test(type))
    return { code: detailText(record, "code"), message: detailText(record, "message") };
  return { code: effect?.code, message: effect?.error };
}

/** The second part of a traceparent (W3C Trace Context). */
function traceOf({ links }: AuditRecord): string | undefined {
  return /^[0-9a-f]{2}-([0-9a-f]{32})-/.exec(links.traceparent ?? "")?.[1];
}

function relatedOf(record: AuditRecord): Fields {
  const { actor, location, statement, target } = record;
  const { ip } = clientAddress(record);
  const users = [actor.human?.name, actor.agent?.name, target?.user];
  return {
    hash: statement === undefined ? [] : [statement.digest],
    hosts: location.host === "" ? [] : [location.host],
    ip: ip === undefined ? [] : [ip],
    user: [...new Set(users.filter((name) => name))],
  };
}

import type { AuditRecord, Effect, Links, ThreadText, Usage } from "@custody/domain";

/**
 * What of a record a thread needs. It is taken at once and has the beginnings of texts only: a thread may have many records,
 * and a prompt many megabytes.
 */
export interface ThreadFacts {
  readonly id: string;
  readonly action: string;
  readonly type: string;
  readonly time: string;
  readonly session: string | undefined;
  readonly parentSession: string | undefined;
  readonly agent: string | undefined;
  readonly person: string | undefined;
  readonly isReported: boolean;
  readonly links: Links;
  readonly text: ThreadText | undefined;
  /** What a tool gave back. */
  readonly result: ThreadText | undefined;
  readonly error: ThreadText | undefined;
  readonly rows: Effect["rows"] | undefined;
  readonly outcome: string | undefined;
  /** The rule that did not let it through. */
  readonly rule: string | undefined;
  readonly usage: Usage | undefined;
  readonly verbs: readonly string[] | undefined;
  /** Of a tool: its name; of a request: `provider/model`; of a statement: its target. */
  readonly name: string | undefined;
}

/** A record of a session, and where in the ledger it stands. */
export interface ThreadRecord {
  readonly index: number;
  readonly facts: ThreadFacts;
}

/** Whoever wants more of a text opens the record. */
const TEXT_CHARACTERS_MAX = 2000;
const VERBS_MAX = 8;

export function threadFacts(record: AuditRecord): ThreadFacts {
  const { action, actor, decision, details = {}, effect, id, links, operations, parentSession } = record;
  const { session, source, statement, time, transaction, type, usage } = record;
  const { result } = details;
  return {
    action,
    agent: actor.agent?.name,
    error: effect?.error === undefined ? undefined : textOf(effect.error),
    id,
    isReported: source.vantage === "reported",
    links,
    name: nameOf(record),
    outcome: transaction?.outcome,
    parentSession,
    person: actor.human?.name,
    result: typeof result === "string" ? textOf(result) : undefined,
    rows: effect?.rows,
    rule: decision === undefined || decision.effect === "allow" ? undefined : decision.rule,
    session,
    text: statement && textOf(statement.text),
    time,
    type,
    usage,
    verbs: operations && [...new Set(operations.map(({ verb }) => verb))].slice(0, VERBS_MAX),
  };
}

function nameOf({ details, operations, target, type, usage }: AuditRecord): string | undefined {
  if (type.startsWith("tool.call."))
    return typeof details?.["name"] === "string" ? details["name"] : undefined;
  if (!type.startsWith("model.request.")) return target?.name;
  if (usage !== undefined) return `${usage.provider}/${usage.model}`;
  const model = operations?.[0]?.objects[0]?.name;
  return target === undefined || model === undefined ? undefined : `${target.name}/${model}`;
}

/** Cut between characters. */
function textOf(text: string): ThreadText {
  if (text.length <= TEXT_CHARACTERS_MAX) return { characters: text.length, text };
  const isPair = /[\ud800-\udbff]/.test(text[TEXT_CHARACTERS_MAX - 1] as string);
  return { characters: text.length, text: text.slice(0, TEXT_CHARACTERS_MAX - (isPair ? 1 : 0)) };
}

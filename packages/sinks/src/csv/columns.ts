import { render } from "@custody/messages";
import { sharedDetails } from "../details.ts";
import type { SinkEntry } from "../entry.ts";
import { objectNames, principalOperation, verbs } from "../operations.ts";

type Cell = string | number | boolean | undefined;

/**
 * The columns, in their order. Both are a promise: new columns go to the end, none is renamed or taken away.
 * docs/export.md has a row for each.
 */
export const columns: Readonly<Record<string, (entry: SinkEntry) => Cell>> = {
  index: ({ index }) => index,
  time: ({ record }) => record.time,
  level: ({ record }) => record.level,
  type: ({ record }) => record.type,
  message: ({ record }) => render(record.message.key, record.message.params),
  action: ({ record }) => record.action,
  id: ({ record }) => record.id,
  project: ({ record }) => record.project,
  session: ({ record }) => record.session,
  agent: ({ record }) => record.actor.agent?.name ?? record.actor.service,
  human: ({ record }) => record.actor.human?.name,
  target: ({ record }) => record.target?.name,
  environment: ({ record }) => record.target?.environment,
  database: ({ record }) => record.target?.database,
  verbs: ({ record }) => list(verbs(record)),
  tier: ({ record }) => principalOperation(record)?.tier,
  objects: ({ record }) => list(objectNames(record)),
  statement: ({ record }) => record.statement?.text,
  statement_digest: ({ record }) => record.statement?.digest,
  parameters: ({ record }) => json(record.statement?.parameters),
  decision: ({ record }) => record.decision?.effect,
  rule: ({ record }) => record.decision?.rule,
  reasons: ({ record }) => list(record.decision?.reasons ?? []),
  status: ({ record }) => record.effect?.status,
  outcome: ({ record }) => record.transaction?.outcome,
  rows_affected: ({ record }) => record.effect?.rows.affected,
  rows_returned: ({ record }) => record.effect?.rows.returned,
  code: ({ record }) => record.effect?.code,
  error: ({ record }) => record.effect?.error,
  total_us: ({ record }) => record.duration?.totalUs,
  details: ({ record }) => json(record.details && sharedDetails(record)),
  leaf_hash: ({ leafHash }) => leafHash,
};

function list(texts: readonly string[]): string {
  return texts.join("; ");
}

function json(value: unknown): string | undefined {
  return value === undefined ? undefined : JSON.stringify(value);
}

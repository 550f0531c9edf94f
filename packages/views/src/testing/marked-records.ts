import type { AuditRecord, Usage } from "@custody/domain";
import { randomRecords } from "./random-records.ts";

/** Words that nothing else has, for each place of a record. */
export const MARKS = {
  statement: "zebrastatement",
  value: "quaggavalue",
  error: "gnuzqfault",
  table: "okapitable",
  schema: "tapirschema",
  agent: "narwhalagent",
  session: "walrussession",
  project: "lemurproject",
  target: "ibextarget",
  detail: "dingozqdetail",
  message: "yakzqnote",
  command: "servalzqcommand",
  model: "caracalzqmodel",
} as const;

/**
 * Records of one session, which have the marks wherever they say something. Each touches a table of its own, so that
 * whatever lists tables has many pages of them.
 */
export function markedRecords(seed: number, count: number): AuditRecord[] {
  return randomRecords(seed, count).map((record, at) => ({
    ...record,
    actor: { agent: { instance: "i", name: MARKS.agent } },
    message: { ...record.message, params: { target: MARKS.message } },
    project: MARKS.project,
    session: MARKS.session,
    ...(record.details && { details: { application: MARKS.detail, command: MARKS.command } }),
    ...(record.target && { target: { ...record.target, name: MARKS.target } }),
    ...(record.effect && { effect: { ...record.effect, error: MARKS.error } }),
    ...(record.statement && statement(record.statement, at)),
    ...(record.effect && { usage: USAGE }),
  }));
}

const USAGE: Usage = {
  cacheRead: 0,
  cacheWrite: 0,
  costMicros: 12_345,
  currency: "USD",
  input: 1,
  model: MARKS.model,
  output: 1,
  prices: "t",
  provider: MARKS.model,
  reasoning: 0,
};

function statement(
  given: NonNullable<AuditRecord["statement"]>,
  at: number,
): Pick<AuditRecord, "operations" | "statement"> {
  const touched = {
    database: "shop",
    name: `${MARKS.table}${at}`,
    resolved: "syntax",
    role: "write",
    schema: MARKS.schema,
    type: "table",
  } as const;
  return {
    operations: [{ kind: "insert", objects: [touched], tier: "write", verb: "INSERT" }],
    statement: {
      ...given,
      parameters: [{ index: 1, type: "text", value: MARKS.value }],
      text: `insert into t values ('${MARKS.statement}')`,
    },
  };
}

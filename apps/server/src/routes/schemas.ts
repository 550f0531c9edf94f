import type { AuditRecord, RecordDetail, RecordFilter, RecordPage, RecordRow } from "@custody/domain";
import type { TableQuery } from "@custody/views";
import { z } from "zod";

/** The shapes that the API speaks, as the words of packages/domain write them. */

const level = z.enum(["debug", "info", "warning", "error", "critical"]);
const tier = z.enum(["read", "write", "destructive", "admin"]);
const environment = z.enum(["production", "staging", "development", "disposable"]);
const index = z.number().int().min(0);
const count = z.number().int().min(0);

interface ErrorBody {
  readonly error: { readonly code: string; readonly message: string };
}

export const errorBody: z.ZodType<ErrorBody> = z.object({
  error: z.looseObject({ code: z.string(), message: z.string() }),
});

const recordRow: z.ZodType<RecordRow> = z.strictObject({
  index,
  id: z.string(),
  action: z.string(),
  time: z.string(),
  level,
  type: z.string(),
  message: z.strictObject({
    key: z.string(),
    params: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
  }),
  project: z.string(),
  session: z.string().exactOptional(),
  parentSession: z.string().exactOptional(),
  agent: z.string().exactOptional(),
  isReported: z.literal(true).exactOptional(),
  human: z.string().exactOptional(),
  target: z.string().exactOptional(),
  environment: environment.exactOptional(),
  verbs: z.array(z.string()),
  tier: tier.exactOptional(),
  objects: z.array(z.string()),
  text: z.string().exactOptional(),
  isTextCut: z.boolean().exactOptional(),
  decision: z.enum(["allow", "deny", "approve", "simulate"]).exactOptional(),
  rule: z.string().exactOptional(),
  rows: z
    .strictObject({
      affected: z.number().exactOptional(),
      matched: z.number().exactOptional(),
      returned: z.number().exactOptional(),
    })
    .exactOptional(),
  status: z.enum(["ok", "error", "denied", "cancelled", "skipped", "unknown"]).exactOptional(),
  code: z.string().exactOptional(),
  outcome: z.enum(["committed", "rolled-back", "open", "unknown"]).exactOptional(),
  totalUs: z.number().exactOptional(),
});

export const recordPage: z.ZodType<RecordPage> = z.strictObject({
  rows: z.array(recordRow),
  next: index.nullable(),
  size: count,
});

export const recordDetail: z.ZodType<RecordDetail> = z.strictObject({
  index,
  /** The record has a document of its own: docs/records.md. */
  record: z
    .custom<AuditRecord>((value) => typeof value === "object" && value !== null)
    .meta({ type: "object" }),
  related: z.array(z.strictObject({ index, type: z.string(), time: z.string() })),
  proof: z.strictObject({
    receipt: z.string().nullable(),
    verifierKey: z.string(),
    payload: z.string(),
    salt: z.string(),
  }),
});

const time = z.iso.datetime({ offset: true });
const word = z.string().min(1).max(512);

const filterShape = {
  agent: word.exactOptional(),
  human: word.exactOptional().describe("Who acted, or whom an agent acted for."),
  level: level.exactOptional().describe("At least this."),
  project: z.string().max(512).exactOptional(),
  search: z.string().max(512).exactOptional().describe("Words that all occur."),
  session: word.exactOptional(),
  since: time.exactOptional(),
  table: word.exactOptional().describe("`schema.name`, or a name alone."),
  target: word.exactOptional(),
  tier: tier.exactOptional(),
  type: word
    .regex(/^[a-z0-9._*-]+$/, "a type, or a pattern such as db.*.denied")
    .exactOptional()
    .describe("`db.statement`, or a pattern: `db.*.denied`."),
  until: time.exactOptional().describe("Not included."),
  view: z
    .enum(["actions", "records"])
    .default("actions")
    .describe("`actions` shows the newest record of each action, `records` all of them."),
};

export const wholeNumber: z.ZodType<number, string> = z
  .string()
  .regex(/^\d{1,15}$/, "a whole number")
  .transform(Number);
export const limit: z.ZodType<number, string> = wholeNumber.refine(
  (number) => number >= 1 && number <= 500,
  "from 1 to 500",
);

export type View = "actions" | "records";

export interface ListQuery {
  readonly filter: RecordFilter;
  readonly view: View;
  readonly before?: number;
  readonly limit: number;
}

export const listQuery: z.ZodType<ListQuery> = z
  .strictObject({ ...filterShape, before: wholeNumber.exactOptional(), limit: limit.default(50) })
  .transform(({ before, limit, view, ...filter }) => ({
    ...(before === undefined ? undefined : { before }),
    filter,
    limit,
    view,
  }));

export interface StreamQuery {
  readonly filter: RecordFilter;
  readonly view: View;
  /** The index of the last record that the reader has. */
  readonly after?: number;
}

export const streamQuery: z.ZodType<StreamQuery> = z
  .strictObject({ ...filterShape, after: wholeNumber.exactOptional() })
  .transform(({ after, view, ...filter }) => ({
    ...(after === undefined ? undefined : { after }),
    filter,
    view,
  }));

export const viewQuery: z.ZodType<{ readonly view: View }> = z.strictObject({ view: filterShape.view });

export const tableQuery: z.ZodType<TableQuery> = z.strictObject({
  after: z.string().max(1000).exactOptional(),
  limit: limit.default(50),
  search: word.exactOptional().describe("A part of the table's name."),
  target: word.exactOptional(),
});

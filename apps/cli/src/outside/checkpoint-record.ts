import { type Level, type RecordDraft, rfc3339 } from "@custody/domain";
import { z } from "zod";

/** The process that asks for these reads what strangers send: what it asks for is held to this. */
const text = z.string().max(4000);
const about = {
  kind: z.enum(["witness", "timestamp", "git", "file", "s3"]),
  place: z.string().min(1).max(500),
  size: z.number().int().min(0).max(Number.MAX_SAFE_INTEGER),
};
const trouble = { ...about, code: z.string().regex(/^[A-Z_]{1,60}$/), reason: text };

const schema = z.discriminatedUnion("type", [
  z.strictObject({
    ...about,
    cosignatures: z.array(text).max(64),
    origin: z.string().min(1).max(500),
    root: z.string().max(64),
    type: z.literal("checkpoint.witnessed"),
  }),
  z.strictObject({ ...trouble, type: z.literal("checkpoint.witness-failed") }),
  z.strictObject({
    ...trouble,
    evidence: z.string().max(500).exactOptional(),
    type: z.literal("checkpoint.contradicted"),
  }),
]);

const levels: Readonly<Record<z.infer<typeof schema>["type"], Level>> = {
  "checkpoint.contradicted": "critical",
  "checkpoint.witness-failed": "warning",
  "checkpoint.witnessed": "info",
};

/** Puts on record what became of a checkpoint outside; undefined when it is no such thing. */
export function checkpointRecord(body: unknown, action: string, nowUs: number): RecordDraft | undefined {
  const event = schema.safeParse(body).data;
  if (event === undefined) return undefined;
  const { type, ...details } = event;
  const { kind, place, size } = details;
  return {
    action,
    actor: { service: "custody" },
    details,
    level: levels[type],
    links: {},
    message: { key: type, params: { kind, place, size } },
    project: "",
    time: rfc3339(nowUs),
    type,
  };
}

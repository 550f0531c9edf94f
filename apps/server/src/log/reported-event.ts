import { isReportable, type Level, type Source, type Usage } from "@custody/domain";
import { z } from "zod";

/** One record as it was read; what is not given has its default. */
export interface ReportedEvent {
  readonly type: string;
  readonly level?: Level | undefined;
  /** By the clock of whoever reports. */
  readonly time?: string | undefined;
  readonly project: string;
  readonly session?: string | undefined;
  /** What records of one act have in common. */
  readonly action?: string | undefined;
  readonly agent?: ReportedAgent | undefined;
  /** For whom it was done, as whoever reports says. */
  readonly human?: string | undefined;
  readonly links?: ReportedLinks | undefined;
  readonly text?: string | undefined;
  /** Flat: what records can have, and people can read in a line. */
  readonly details?: Readonly<Record<string, DetailValue>> | undefined;
  readonly model?: { readonly name: string; readonly provider: string; readonly verb: string } | undefined;
  readonly usage?: Pick<Usage, "cacheRead" | "cacheWrite" | "input" | "output" | "reasoning"> | undefined;
  readonly source?: Pick<Source, "instance" | "name" | "sequence" | "version"> | undefined;
}

interface ReportedAgent {
  readonly name: string;
  readonly instance?: string | undefined;
  readonly model?: string | undefined;
  readonly version?: string | undefined;
}

type ReportedLinks = {
  readonly [Name in "commit" | "prompt" | "request" | "tool" | "traceparent"]?: string | undefined;
};

type DetailValue = string | number | boolean | readonly string[];

const name = z.string().min(1).max(200);
const count = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER);

/** A name as members of records have it, and nothing that means something to a program that reads them. */
const isMemberName = (text: string) =>
  /^[A-Za-z0-9_.@$-]{1,100}$/.test(text) && !/^(?:__proto__|constructor|prototype)$/.test(text);

const MEMBERS_MAX = 200;
const LIST_MAX = 1000;

const details = z.custom<Readonly<Record<string, DetailValue>>>().superRefine((value: unknown, context) => {
  const problem = detailsProblem(value);
  if (problem !== undefined) context.addIssue({ code: "custom", message: problem });
});

function detailsProblem(value: unknown): string | undefined {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return "they are an object";
  const members = Object.entries(value);
  if (members.length > MEMBERS_MAX) return `there are at most ${MEMBERS_MAX} members`;
  const [wrongName] = members.find(([key]) => !isMemberName(key)) ?? [];
  if (wrongName !== undefined)
    return `a name has 1 to 100 of A-Z a-z 0-9 _ . @ $ -, and ${JSON.stringify(wrongName.slice(0, 50))} has not`;
  const [wrong] = members.find(([, member]) => !isDetail(member)) ?? [];
  return (
    wrong && `${wrong} is a text, a finite number, true or false, or a list of at most ${LIST_MAX} texts`
  );
}

function isDetail(value: unknown): boolean {
  if (Array.isArray(value))
    return value.length <= LIST_MAX && value.every((each) => typeof each === "string");
  return typeof value === "string" || typeof value === "boolean" || Number.isFinite(value);
}

const source = z.strictObject({
  /** One run of one program, by a name that no other run has. */
  instance: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._:-]{0,99}$/, "it is 1 to 100 of A-Z a-z 0-9 . _ : -"),
  /** From 0, without gaps. */
  sequence: count,
  name: name.default("sdk"),
  version: name.default("0"),
});

const links = z.strictObject({
  commit: name.optional(),
  prompt: name.optional(),
  request: name.optional(),
  tool: name.optional(),
  traceparent: name.optional(),
});

const agent = z.strictObject({
  name,
  instance: name.optional(),
  model: name.optional(),
  version: name.optional(),
});

const model = z.strictObject({ name, provider: name, verb: name.default("call") });

const usage = z.strictObject({
  cacheRead: count.default(0),
  cacheWrite: count.default(0),
  input: count.default(0),
  output: count.default(0),
  reasoning: count.default(0),
});

const event = z
  .strictObject({
    type: z
      .string()
      .max(200)
      .refine(isReportable, "it is app.… in small letters, prompt.submitted, tool.call.… or model.request.…"),
    level: z.enum(["debug", "info", "warning", "error", "critical"]).optional(),
    time: name.optional(),
    project: name.default("default"),
    session: name.optional(),
    action: name.optional(),
    agent: agent.optional(),
    human: name.optional(),
    links: links.optional(),
    text: z.string().optional(),
    details: details.optional(),
    model: model.optional(),
    usage: usage.optional(),
    source: source.optional(),
  })
  .superRefine((value, context) => {
    const problem = missingIn(value);
    if (problem !== undefined) context.addIssue({ code: "custom", message: problem });
  });

function missingIn({ details: given, model: asked, text, type }: ReportedEvent): string | undefined {
  if (type.startsWith("model.request.") && asked === undefined) return "it has no model";
  if (type === "prompt.submitted" && text === undefined) return "it has no text";
  const hasName = typeof given?.["name"] === "string";
  return type.startsWith("tool.call.") && !hasName ? "details.name, the tool's, is missing" : undefined;
}

/** One record, as somebody reports it. docs/logging.md has it member by member. */
export const reportedEventSchema: z.ZodType<ReportedEvent> = event;

/** What became of some: `missing` is the number that should have come, where one has not. */
export interface ReportsRecorded {
  readonly recorded: number;
  /** So many were in the ledger already. */
  readonly known: number;
  readonly missing: { readonly at: number; readonly expected: number } | null;
}

import { createHash } from "node:crypto";
import { type RecordDraft, rfc3339, type Target } from "@custody/domain";
import { HttpProblem } from "@custody/server";
import { z } from "zod";
import type { TargetConfig } from "../config/schema.ts";
import { readRequest } from "../control/read-request.ts";
import type { LedgerRecorder } from "../recorder/ledger-recorder.ts";
import type { Human } from "../retention/retention-records.ts";

const list = z.array(z.string().max(400)).max(201).default([]);
const subject = {
  target: z.string(),
  statement: z.string(),
  parameters: z.array(z.string()).default([]),
};
const end = { ...subject, action: z.uuid() };

/** Of what it is told. */
export interface SimulationSubject {
  readonly target: string;
  readonly statement: string;
  readonly parameters?: string[] | undefined;
}

interface Requested extends SimulationSubject {
  readonly phase: "requested";
  readonly acceptsDynamicSql?: boolean | undefined;
}

interface Completed extends SimulationSubject {
  readonly phase: "completed";
  readonly action: string;
  /** Unknown when those of one table could not be counted. */
  readonly rows: number | "unknown";
  readonly tables?: string[] | undefined;
  readonly dropped?: string[] | undefined;
  readonly created?: string[] | undefined;
  readonly commands?: string[] | undefined;
  readonly sideEffects?: string[] | undefined;
  readonly notes?: string[] | undefined;
}

interface Failed extends SimulationSubject {
  readonly phase: "failed";
  readonly action: string;
  readonly code: string;
  readonly reason: string;
  readonly sideEffects?: string[] | undefined;
}

/** What `custody simulate` tells: first what it is about to do, then what came of it. */
export type SimulationNote = Requested | Completed | Failed;

const noteSchema = z.discriminatedUnion("phase", [
  z.strictObject({
    ...subject,
    phase: z.literal("requested"),
    acceptsDynamicSql: z.boolean().default(false),
  }),
  z.strictObject({
    ...end,
    phase: z.literal("completed"),
    rows: z.union([z.number().int().min(0), z.literal("unknown")]),
    tables: list,
    dropped: list,
    created: list,
    commands: list,
    sideEffects: list,
    notes: list,
  }),
  z.strictObject({
    ...end,
    phase: z.literal("failed"),
    code: z.string().max(100),
    reason: z.string().max(4000),
    sideEffects: list,
  }),
]);

type ReadNote = z.infer<typeof noteSchema>;

export interface SimulationRecordsOptions {
  readonly recorder: Pick<LedgerRecorder, "recordOne">;
  /** Those that are configured now. */
  readonly targets: () => readonly TargetConfig[];
  readonly newId: () => string;
  readonly nowUs: () => number;
}

/** Writes down simulations, which run in the process of the command. */
export class SimulationRecords {
  readonly #options: SimulationRecordsOptions;

  constructor(options: SimulationRecordsOptions) {
    this.#options = options;
  }

  /** Resolves once the record is on the disk. @throws HttpProblem */
  async record(body: unknown, human: Human): Promise<{ readonly action: string; readonly index: number }> {
    const { newId, nowUs, recorder, targets } = this.#options;
    const note = readRequest(noteSchema, body);
    const target = targets().find(({ name }) => name === note.target);
    if (target === undefined)
      throw new HttpProblem("request-invalid", `there is no target ${JSON.stringify(note.target)}`);
    const action = note.phase === "requested" ? newId() : note.action;
    try {
      return { action, index: await recorder.recordOne(draftOf(note, target, action, nowUs(), human)) };
    } catch (error) {
      throw new HttpProblem("ledger-unavailable", `the ledger cannot write: ${(error as Error).message}`);
    }
  }
}

function draftOf(
  note: ReadNote,
  config: TargetConfig,
  action: string,
  nowUs: number,
  human: Human,
): RecordDraft {
  const { environment, kind, name, project } = config;
  const target: Target = { environment, kind, name };
  const base = {
    action,
    actor: { human },
    links: {},
    project,
    statement: statementOf(note.statement, note.parameters),
    target,
    time: rfc3339(nowUs),
  };
  switch (note.phase) {
    case "requested":
      return {
        ...base,
        details: { acceptsDynamicSql: note.acceptsDynamicSql },
        level: "info",
        message: { key: "db.simulation.requested", params: { target: name } },
        type: "db.simulation.requested",
      };
    case "completed": {
      const { commands, created, dropped, notes, rows, sideEffects, tables } = note;
      return {
        ...base,
        details: { commands, created, dropped, notes, sideEffects, tables },
        level: "info",
        message: { key: "db.simulation.completed", params: { rows, tables: tables.length, target: name } },
        type: "db.simulation.completed",
      };
    }
    case "failed": {
      const { code, reason, sideEffects } = note;
      return {
        ...base,
        details: { code, reason, sideEffects },
        level: "warning",
        message: { key: "db.simulation.failed", params: { reason, target: name } },
        type: "db.simulation.failed",
      };
    }
  }
}

function statementOf(text: string, parameters: readonly string[]): NonNullable<RecordDraft["statement"]> {
  return {
    digest: createHash("sha256").update(text).digest("hex"),
    ...(parameters.length === 0
      ? undefined
      : { parameters: parameters.map((value, at) => ({ index: at + 1, type: "unknown", value })) }),
    text,
  };
}

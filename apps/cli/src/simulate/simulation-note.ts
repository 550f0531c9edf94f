import type { SimulationAnswer, TableChange } from "@custody/gateway";
import { countsText, listed, objectText } from "@custody/gateway/words";
import type { SimulationNote, SimulationSubject } from "./simulation-records.ts";

type End = Exclude<SimulationNote, { phase: "requested" }>;
type WithoutSubject<Note> = Note extends End ? Omit<Note, "action" | keyof SimulationSubject> : never;

/** What is recorded of an answer: names and numbers. Rows stay in the answer, with whoever asked. */
export function noteOf(answer: SimulationAnswer): WithoutSubject<End> {
  if (answer.outcome === "not-simulatable")
    return { code: answer.code, phase: "failed", reason: answer.reason.slice(0, 4000) };
  const sideEffects = listed(answer.sideEffects.map(({ text }) => text));
  if (answer.outcome === "failed")
    return { code: answer.code, phase: "failed", reason: answer.message.slice(0, 4000), sideEffects };
  return {
    commands: listed(answer.commands.map(({ tag }) => tag)),
    created: listed(answer.created.map(objectText)),
    dropped: listed(answer.dropped.map(objectText)),
    notes: listed(answer.notes),
    phase: "completed",
    rows: isCounted(answer.tables) ? allChangedRows(answer.tables) : "unknown",
    sideEffects,
    tables: listed(answer.tables.map((table) => `${tableName(table)}: ${countsText(table)}`)),
  };
}

/** Of all tables together, as far as they could be counted. */
export function allChangedRows(tables: readonly TableChange[]): number {
  return tables.reduce(
    (sum, { deleted, inserted, removed, updated }) => sum + inserted + updated + deleted + (removed ?? 0),
    0,
  );
}

export function isCounted(tables: readonly TableChange[]): boolean {
  return tables.every(({ removed }) => removed !== null);
}

export function tableName({ name, schema }: TableChange): string {
  return `${schema}.${name}`;
}

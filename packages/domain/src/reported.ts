import type { RecordDraft } from "./ports.ts";
import type { Source } from "./record.ts";

/** What somebody tells us that they did, in their own numbering: the recorder says that it was told. */
export interface ReportedDraft extends RecordDraft {
  readonly source: Pick<Source, "instance" | "name" | "sequence" | "version">;
}

const NAMED: ReadonlySet<string> = new Set([
  "prompt.submitted",
  "tool.call.requested",
  "tool.call.completed",
  "tool.call.failed",
  "model.request.requested",
  "model.request.completed",
  "model.request.failed",
  "model.request.cancelled",
]);

const TYPE_LENGTH_MAX = 128;

/**
 * Whether a record of this type can be made of what somebody tells us: an event of their own program, `app.…`, or a step of
 * an agent. Whatever Custody itself follows (sessions, approvals, policies, statements) is not among them.
 */
export function isReportable(type: string): boolean {
  return (
    NAMED.has(type) ||
    (type.length <= TYPE_LENGTH_MAX && /^app(?:\.[a-z0-9]+(?:[-_][a-z0-9]+)*)+$/.test(type))
  );
}

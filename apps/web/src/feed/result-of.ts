import type { RecordRow } from "@custody/domain";

export type Result =
  | "running"
  | "committed"
  | "rolled-back"
  | "denied"
  | "failed"
  | "cancelled"
  | "unknown"
  | "open"
  | "done"
  | "held"
  | "simulated"
  | "event";

/** What to say of an action in one word. "Unknown" is said whenever nobody saw the end, never rounded to anything. */
export function resultOf({
  decision,
  outcome,
  status,
  type,
}: Pick<RecordRow, "decision" | "outcome" | "status" | "type">): Result {
  if (!/^(db\.statement|model\.request|tool\.call)\./.test(type)) return "event";
  if (status === "denied" || type.endsWith(".denied")) return "denied";
  if (type.endsWith(".unknown")) return "unknown";
  if (type.endsWith(".failed") || status === "error") return "failed";
  if (type.endsWith(".cancelled")) return "cancelled";
  if (type.endsWith(".requested"))
    return decision === "approve" ? "held" : decision === "simulate" ? "simulated" : "running";
  // A read, or a BEGIN, inside a transaction has ended itself, whatever becomes of the transaction.
  if (type.endsWith(".completed")) return outcome === undefined || outcome === "open" ? "done" : outcome;
  return "open";
}

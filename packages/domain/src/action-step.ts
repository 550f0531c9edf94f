const REQUESTED = "db.statement.requested";

/** The records that close an action: each action has exactly one of them. */
const FINAL: ReadonlySet<string> = new Set(
  ["cancelled", "completed", "denied", "failed", "unknown"].map((name) => `db.statement.${name}`),
);

/** Whether a record opens an action, closes one, or does neither. */
export function actionStep(type: string): "opens" | "closes" | undefined {
  if (type === REQUESTED) return "opens";
  return FINAL.has(type) ? "closes" : undefined;
}

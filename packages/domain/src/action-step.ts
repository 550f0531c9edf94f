/** What passes through Custody and has an end of its own. */
const ACTS = ["db.statement", "model.request"] as const;

const OPENING: ReadonlySet<string> = new Set(ACTS.map((act) => `${act}.requested`));

/** The records that close an action: each action has exactly one of them. */
const FINAL: ReadonlySet<string> = new Set(
  ACTS.flatMap((act) =>
    ["cancelled", "completed", "denied", "failed", "unknown"].map((name) => `${act}.${name}`),
  ),
);

/** Whether a record opens an action, closes one, or does neither. */
export function actionStep(type: string): "opens" | "closes" | undefined {
  if (OPENING.has(type)) return "opens";
  return FINAL.has(type) ? "closes" : undefined;
}

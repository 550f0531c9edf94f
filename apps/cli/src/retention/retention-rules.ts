import type { Level, RecordDraft } from "@custody/domain";

/** How long records are kept; the part `retention` of custody.yaml. */
export interface RetentionRules {
  /** For everything that no class names. Undefined: for ever. */
  readonly keepMs: number | undefined;
  /** No class may keep shorter. */
  readonly minimumMs: number;
  readonly classes: readonly RetentionClass[];
}

/** Records that share a period. Each class has data keys of its own, so it can be destroyed without the others. */
interface RetentionClass {
  readonly name: string;
  readonly project?: string | undefined;
  /** Types, and what begins with them and a dot. */
  readonly types?: readonly string[] | undefined;
  readonly levels?: readonly Level[] | undefined;
  /** Undefined: for ever. */
  readonly keepMs: number | undefined;
}

export const KEEP_ALL: RetentionRules = { classes: [], keepMs: undefined, minimumMs: 0 };

/** Where records of a session go that no class names. */
export const SESSION_CLASS = "session";
/** Who decided what, and what was destroyed: it outlives everything that it speaks of. */
export const GOVERNANCE_CLASS = "governance";
/** What was in the database before; it is never searched or shown without the right to. */
const RESTORE_CLASS = "restore";

/** Names that custody.yaml cannot give. */
export const OWN_CLASSES: readonly string[] = [SESSION_CLASS, GOVERNANCE_CLASS, RESTORE_CLASS];

/** The first class that a record fits in; undefined when there is none. */
export function classFor(
  { classes }: RetentionRules,
  { level, project, type }: Pick<RecordDraft, "level" | "project" | "type">,
): string | undefined {
  return classes.find(
    (each) =>
      (each.project === undefined || each.project === project) &&
      (each.types === undefined || each.types.some((name) => isOfType(type, name))) &&
      (each.levels === undefined || each.levels.includes(level)),
  )?.name;
}

/** How long a class is kept; undefined: for ever. `unknown`: custody.yaml does not have it any more, so it is kept. */
export function keepOf(rules: RetentionRules, name: string): number | undefined | "unknown" {
  if (name === GOVERNANCE_CLASS) return undefined;
  if (name === SESSION_CLASS || name === RESTORE_CLASS) return rules.keepMs;
  const found = rules.classes.find((each) => each.name === name);
  return found === undefined ? "unknown" : found.keepMs;
}

function isOfType(type: string, name: string): boolean {
  return type === name || type.startsWith(`${name}.`);
}

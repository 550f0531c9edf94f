import type { Operation } from "@custody/domain";
import type { CascadeFact, RelationFact } from "./facts.ts";

/** What happens to a relation, as bits of `pg_trigger.tgtype` (src/include/catalog/pg_trigger.h). */
const INSERT: number = 1 << 2;
const DELETE: number = 1 << 3;
const UPDATE: number = 1 << 4;
export const TRUNCATE: number = 1 << 5;
export const INSTEAD: number = 1 << 6;

/** What an operation does to the relations that it writes; 0 for those that change no rows. */
export function eventsOf({ kind, verb }: Operation, updatesOnConflict: boolean): number {
  if (verb === "TRUNCATE") return TRUNCATE;
  if (kind === "merge") return INSERT | UPDATE | DELETE;
  if (kind === "insert") return updatesOnConflict ? INSERT | UPDATE : INSERT;
  if (kind === "copy") return INSERT;
  if (kind === "update") return UPDATE;
  return kind === "delete" ? DELETE : 0;
}

/** `ON DELETE` and `ON UPDATE` of a foreign key, by their letters in `pg_constraint`. */
const FOLLOWING: ReadonlySet<string> = new Set(["c", "n", "d"]);

/** What a foreign key does to the rows of its own table, and to which of them. */
export interface Following {
  readonly relation: string;
  readonly events: number;
  readonly kind: "delete" | "update";
}

/**
 * Which tables follow by a foreign key. A key that refers to this table reacts to an UPDATE only when the columns that it
 * refers to are assigned; whether they are, the caller says.
 */
export function followingOf(
  { cascades }: RelationFact,
  events: number,
  assignsKey: (cascade: CascadeFact) => boolean,
): Following[] {
  const following: Following[] = [];
  for (const cascade of cascades) {
    const { onDelete, onUpdate, relation } = cascade;
    if ((events & DELETE) !== 0 && FOLLOWING.has(onDelete))
      following.push(
        onDelete === "c"
          ? { events: DELETE, kind: "delete", relation }
          : { events: UPDATE, kind: "update", relation },
      );
    if ((events & UPDATE) !== 0 && FOLLOWING.has(onUpdate) && assignsKey(cascade))
      following.push({ events: UPDATE, kind: "update", relation });
  }
  return following;
}

/** `pg_rewrite.ev_type` of each event. */
const RULE_EVENTS: readonly (readonly [event: string, bit: number])[] = [
  ["2", UPDATE],
  ["3", INSERT],
  ["4", DELETE],
];

/** The statements that rules run in the place of these events, or beside them. */
export function ruleActions({ rules }: RelationFact, events: number): string[] {
  const bits = new Map(RULE_EVENTS);
  return rules
    .filter(({ event }) => ((bits.get(event) ?? 0) & events) !== 0)
    .map(({ definition }) => actionsOf(definition));
}

/** `pg_get_ruledef` writes `… DO [INSTEAD] [ALSO] action;`, or several actions in parentheses. */
function actionsOf(definition: string): string {
  const { actions = "" } = /\bDO\s+(?:INSTEAD|ALSO)?\s*(?<actions>.*?);?\s*$/s.exec(definition)?.groups ?? {};
  if (/^NOTHING$/i.test(actions)) return "";
  return actions.startsWith("(") ? actions.slice(1, -1) : actions;
}

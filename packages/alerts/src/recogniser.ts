import type { Facts } from "./facts.ts";
import { type AlertKind, KIND_RULES, type KindRule } from "./kinds.ts";
import { type Denial, Rewordings } from "./rewordings.ts";

/** Something that people are to be told of, once or as one of many. */
export interface Occurrence {
  readonly kind: AlertKind;
  /** Of how many acts the record tells. */
  readonly count: number;
  readonly facts: Facts;
}

const REQUESTED = "db.statement.requested";
const DENIED = "db.statement.denied";

/** By type of record, in the order of the table. */
const rulesByType: ReadonlyMap<string, readonly KindRule[]> = groupedByType();

/** Says what a record is to people. It remembers denials, so it must be given records in their order. */
export class Recogniser {
  readonly #rewordings: Rewordings;

  constructor(denials: Iterable<readonly [string, readonly Denial[]]> = []) {
    this.#rewordings = new Rewordings(denials);
  }

  /** Whether a record of this type can matter to anybody. */
  static mayConcern(type: string): boolean {
    return rulesByType.has(type);
  }

  /** Whether a record can matter, after what was denied so far. Asked of every record, in the way of statements: it looks into two maps. */
  concerns(type: string, session: string | undefined): boolean {
    return type === REQUESTED ? this.#rewordings.isWatched(session) : rulesByType.has(type);
  }

  recognise(facts: Facts): Occurrence | undefined {
    const isReworded = () => this.#rewordings.isReworded(facts);
    const rule = rulesByType
      .get(facts.type)
      ?.find(({ when }) => when === undefined || when(facts, isReworded));
    if (facts.type === DENIED) this.#rewordings.remember(facts);
    return rule && { count: countOf(facts), facts, kind: rule.kind };
  }

  get denials(): readonly (readonly [string, readonly Denial[]])[] {
    return this.#rewordings.state;
  }
}

/** What repeats quickly is counted by whoever records it. */
function countOf({ details }: Facts): number {
  const attempts = details["attempts"];
  return typeof attempts === "number" && Number.isSafeInteger(attempts) && attempts > 0 ? attempts : 1;
}

function groupedByType(): ReadonlyMap<string, readonly KindRule[]> {
  const byType = new Map<string, KindRule[]>();
  for (const rule of KIND_RULES)
    for (const type of rule.types) byType.set(type, [...(byType.get(type) ?? []), rule]);
  return byType;
}

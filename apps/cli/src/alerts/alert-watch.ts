import { type Denial, type Facts, factsOf, type Occurrence, Recogniser } from "@custody/alerts";
import type { RecordDraft } from "@custody/domain";

/** What is recorded while it is not known yet what came before. Statements that might be rewordings give way first. */
const EARLY_MAX = 100_000;

/**
 * Looks at every record on its way into the ledger, in the process that records. What is of no concern costs a look into a
 * map. What is gets taken down here, and dealt with when the statement is on its way.
 *
 * Rewordings can be told only by what was denied before, so until `begin` says that, records wait as facts.
 */
export class AlertWatch {
  readonly #onOccurrences: (occurrences: readonly Occurrence[]) => void;
  #recogniser: Recogniser | undefined;
  #early: Facts[] = [];
  #seen: Occurrence[] = [];
  #isPlanned = false;
  /** The number that the newest record has in its source; -1 before the first. */
  sequence = -1;

  constructor(onOccurrences: (occurrences: readonly Occurrence[]) => void) {
    this.#onOccurrences = onOccurrences;
  }

  readonly record = (drafts: readonly RecordDraft[], sequence: number): void => {
    this.sequence = sequence + drafts.length - 1;
    for (const draft of drafts) {
      if (this.#recogniser === undefined) this.#keepEarly(draft);
      else if (this.#recogniser.concerns(draft.type, draft.session))
        this.#see(factsOf(draft), this.#recogniser);
    }
  };

  /** From now on records are recognised, those that waited first. */
  begin(denials: readonly (readonly [string, readonly Denial[]])[]): void {
    const recogniser = new Recogniser(denials);
    this.#recogniser = recogniser;
    for (const facts of this.#early.splice(0)) this.#see(facts, recogniser);
  }

  /** Hands over what was seen, at once. */
  flush(): void {
    if (this.#seen.length > 0) this.#onOccurrences(this.#seen.splice(0));
  }

  get denials(): readonly (readonly [string, readonly Denial[]])[] {
    return this.#recogniser?.denials ?? [];
  }

  #keepEarly(draft: RecordDraft): void {
    if (!Recogniser.mayConcern(draft.type)) return;
    if (draft.type === "db.statement.requested" && this.#early.length >= EARLY_MAX) return;
    this.#early.push(factsOf(draft));
  }

  #see(facts: Facts, recogniser: Recogniser): void {
    const occurrence = recogniser.recognise(facts);
    if (occurrence === undefined) return;
    this.#seen.push(occurrence);
    if (this.#isPlanned) return;
    this.#isPlanned = true;
    setImmediate(() => {
      this.#isPlanned = false;
      this.flush();
    });
  }
}

import type { TableRows } from "@custody/domain";
import type { Dialogue } from "../dialogue.ts";

/** What was measured, and whether it may last. */
export interface Verdict {
  readonly mayLast: boolean;
  readonly byTable: readonly TableRows[];
}

/** How far an act may go: looked at before it runs and behind it, in the same transaction. */
export interface Bound<Said extends Verdict = Verdict> {
  /** @throws StatementFailure */
  before(client: Dialogue): Promise<void>;
  /** @throws StatementFailure */
  after(client: Dialogue): Promise<Said>;
}

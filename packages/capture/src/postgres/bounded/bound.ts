import type { TableRows } from "@custody/domain";
import type { Dialogue } from "../dialogue.ts";

/** What was measured, and whether it may last. */
export interface Verdict {
  readonly mayLast: boolean;
  readonly byTable: readonly TableRows[];
}

/** How far an act may go: looked at before it runs and behind it, in the same transaction. */
export interface Bound<Said extends Verdict = Verdict, Look = unknown> {
  /** `before` and `look` ask one question each, so that all can be sent at once: each round trip makes the client wait. */
  readonly asksOnce: boolean;
  /** @throws StatementFailure */
  before(client: Dialogue): Promise<void>;
  /** @throws StatementFailure */
  look(client: Dialogue): Promise<Look>;
  /** Judges what was found; the transaction is still open. @throws StatementFailure */
  judge(found: Look, client: Dialogue): Promise<Said>;
}

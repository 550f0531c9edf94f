import type { Node } from "libpg-query";
import type { Draft } from "../draft.ts";
import type { StatementEffects } from "../statement.ts";
import type { NodeOf, StatementName } from "../tree.ts";

/** What a handler may use besides the statement itself. */
export interface Handling {
  readonly draft: Draft;
  /** Describes a statement inside this one as part of it: what EXPLAIN ANALYZE runs, what CREATE SCHEMA contains. */
  include(node: Node): void;
  /** Describes a statement inside this one apart, since it runs later: the body of PREPARE, of a cursor. */
  describe(node: Node, source: string): StatementEffects;
}

/** Writes down what each of these statements does. */
export type Handlers<Names extends StatementName> = {
  readonly [Name in Names]: (statement: NodeOf<Name>, handling: Handling) => void;
};

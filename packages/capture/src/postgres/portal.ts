import type { Parameter } from "@custody/domain";
import type { Execution } from "./execution.ts";
import type { PreparedStatement } from "./namespace.ts";

/** A statement bound to its values. Executing it with a row limit several times is one execution. */
export interface Portal {
  /** The name of the statement that it was bound to; `prepared` is undefined when we know none of that name. */
  readonly statement: string;
  /** The segment in which it was bound. */
  readonly segment: number;
  readonly prepared: PreparedStatement | undefined;
  /** Code that ran before it was bound may have put another statement under that name. */
  readonly mayBeReplaced: boolean;
  readonly parameters: readonly Parameter[];
  /** The newest execution that was begun. */
  execution: Execution | undefined;
  /** It was begun with a row limit, so that it may be there still. */
  isLimited: boolean;
}

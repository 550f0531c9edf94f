import type { Parameter } from "@custody/domain";
import type { Execution } from "./execution.ts";
import type { PreparedStatement } from "./namespace.ts";

/** A statement bound to its values. Executing it with a row limit several times is one execution. */
export interface Portal {
  readonly prepared: PreparedStatement | undefined;
  readonly parameters: readonly Parameter[];
  /** The execution that was begun and may go on. */
  execution: Execution | undefined;
}

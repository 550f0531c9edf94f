import { classify } from "./classify/classify.ts";
import type { ClassifiedStatement } from "./classify/statement.ts";

/** The same object each time, so that what the catalogue says of it is found again. */
const known = new WeakMap<ClassifiedStatement, ClassifiedStatement>();

/**
 * What EXPLAIN EXECUTE does to what was prepared: the same as EXPLAIN of its text. Undefined for what has no plan, and for
 * what is too large to be read at once.
 */
export function explained(prepared: ClassifiedStatement, database: string): ClassifiedStatement | undefined {
  const before = known.get(prepared);
  if (before !== undefined) return before;
  // With an option, so that nothing at the beginning of the text is taken for one.
  const text = `EXPLAIN (COSTS) ${prepared.text}`;
  try {
    const [statement] = classify(text, { database });
    if (statement !== undefined) known.set(prepared, statement);
    return statement;
  } catch {
    return undefined;
  }
}

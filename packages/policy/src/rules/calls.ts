import type { Operation } from "@custody/domain";

/** The verbs whose objects are functions: in a query, by CALL, by the protocol's own message, and by a trigger. */
const callVerbs: ReadonlySet<string> = new Set(["FUNCTION", "CALL", "FUNCTION CALL", "TRIGGER"]);

export function isCall({ verb }: Operation): boolean {
  return callVerbs.has(verb);
}

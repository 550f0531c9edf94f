import type { TouchedObject } from "@custody/domain";
import type { StatementEffects } from "../classify/statement.ts";

/**
 * Whether a statement may change the catalogue: by itself, or by code that nobody has looked into. A body that was looked into has its definitions among the
 * operations; a trigger that puts its statement together is left to the age of what is known.
 */
export function mayDefine({ operations }: StatementEffects): boolean {
  return operations.some(
    ({ kind, objects, tier, verb }) =>
      DEFINING.has(kind) ||
      verb === "COMMIT PREPARED" ||
      (kind === "call" && tier !== "read" && !LOOKED_INTO.has(verb) && !objects.some(isFromCatalogue)),
  );
}

function isFromCatalogue({ resolved }: TouchedObject): boolean {
  return resolved === "catalog";
}

const LOOKED_INTO: ReadonlySet<string> = new Set(["DO", "TRIGGER"]);
const DEFINING: ReadonlySet<string> = new Set(["define", "grant", "admin", "unknown"]);

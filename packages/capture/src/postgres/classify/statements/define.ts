import type { OperationKind, Tier } from "@custody/domain";
import type { Node, RangeVar } from "libpg-query";
import { addOperation, type Draft, type DraftOperation } from "../draft.ts";
import { partsOf, partsOfRelation, touchParts } from "../object-names.ts";

/** The name of what is defined: as one word, as the grammar's list of parts, or as a table. */
export type DefinedName = string | readonly Node[] | RangeVar | undefined;

/** Adds the operation of a statement that defines or changes `name`; of kind `define`, tier `write`, unless said. */
export function define(
  draft: Draft,
  verb: string,
  name: DefinedName,
  given: { kind?: OperationKind; tier?: Tier; unbounded?: boolean } = {},
): DraftOperation {
  const operation = addOperation(draft, { kind: "define", tier: "write", verb, ...given });
  touchParts(draft, operation, partsOfName(name));
  return operation;
}

function partsOfName(name: DefinedName): string[] {
  if (name === undefined) return [];
  if (typeof name === "string") return [name];
  return isRelation(name) ? partsOfRelation(name) : name.flatMap(partsOf);
}

function isRelation(name: readonly Node[] | RangeVar): name is RangeVar {
  return !Array.isArray(name);
}

import type { TouchedObject } from "@custody/domain";
import type { Node, RangeVar } from "libpg-query";
import { type Draft, type DraftOperation, touch } from "./draft.ts";
import { as, textOf } from "./tree.ts";

/** The parts of a name, `["schema", "name"]`, in whichever of its forms the grammar wrote it. */
export function partsOf(node: Node | undefined): string[] {
  const relation = as(node, "RangeVar");
  if (relation !== undefined) return partsOfRelation(relation);
  const text = textOf(node);
  if (text !== undefined) return [text];
  const list =
    as(node, "List")?.items ?? as(node, "TypeName")?.names ?? as(node, "ObjectWithArgs")?.objname ?? [];
  return list.flatMap(partsOf);
}

export function partsOfRelation({ catalogname, schemaname, relname }: RangeVar): string[] {
  return [catalogname, schemaname, relname].filter((part) => part !== undefined);
}

/** Notes an object by the parts of its name; the last is its own, the ones before are schema and database. */
export function touchParts(
  draft: Draft,
  operation: DraftOperation,
  parts: readonly string[],
  role: TouchedObject["role"] = "define",
): void {
  const name = parts.at(-1);
  if (name === undefined) return;
  touch(operation, { database: parts.at(-3) ?? draft.database, name, role, schema: parts.at(-2) });
}

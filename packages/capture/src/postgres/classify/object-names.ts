import type { TouchedObject } from "@custody/domain";
import type { Node, ObjectType, RangeVar } from "libpg-query";
import { type Draft, type DraftOperation, touch } from "./draft.ts";
import { livesOnAnother } from "./object-types.ts";
import { as, textOf } from "./tree.ts";

/** The parts of a name, `["schema", "name"]`, in whichever of its forms the grammar wrote it. */
export function partsOf(node: Node | undefined): string[] {
  const relation = as(node, "RangeVar");
  if (relation !== undefined) return partsOfRelation(relation);
  const text = textOf(node);
  if (text !== undefined) return [text];
  // A large object is called by its number.
  const number = as(node, "Integer")?.ival ?? as(node, "Float")?.fval;
  if (number !== undefined) return [String(number)];
  const list =
    as(node, "List")?.items ?? as(node, "TypeName")?.names ?? as(node, "ObjectWithArgs")?.objname ?? [];
  return list.flatMap(partsOf);
}

/** The parts of the name of an object of this kind, without what the grammar puts before it. */
export function partsOfObject(object: Node | undefined, type: ObjectType | undefined): string[] {
  // A cast and a transform have no name; the type that they are from stands for them.
  if (type === "OBJECT_CAST" || type === "OBJECT_TRANSFORM") return partsOf(as(object, "List")?.items?.[0]);
  // The access method stands first: DROP OPERATOR CLASS name USING btree.
  const isByMethod = type === "OBJECT_OPCLASS" || type === "OBJECT_OPFAMILY";
  return isByMethod ? partsOf(object).slice(1) : partsOf(object);
}

/** Likewise, where an object that lives on another is named behind that one, which then stands for it. */
export function partsOfHolder(object: Node | undefined, type: ObjectType | undefined): string[] {
  const parts = partsOfObject(object, type);
  return type !== undefined && livesOnAnother.has(type) ? parts.slice(0, -1) : parts;
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

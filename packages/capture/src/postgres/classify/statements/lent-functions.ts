import type { Draft } from "../draft.ts";
import { addCall } from "../function-calls.ts";
import { functionReach } from "../functions.ts";
import { isObject } from "../tree.ts";

/**
 * Notes the functions that a definition makes callable under another name — an operator, a cast, an aggregate — if
 * they are such as nobody may call by their own.
 *
 * The grammar writes a function here as a type, as a list of words, or as one word, so each last word that is the name
 * of such a function counts, wherever it stands.
 */
export function noteLentFunctions(draft: Draft, definition: unknown): void {
  if (Array.isArray(definition)) {
    for (const item of definition) noteLentFunctions(draft, item);
  } else if (isObject(definition)) {
    for (const key in definition) noteName(draft, key, definition[key]);
  }
}

function noteName(draft: Draft, key: string, value: unknown): void {
  if (key !== "sval" || typeof value !== "string") return noteLentFunctions(draft, value);
  const reach = functionReach(undefined, value);
  if (reach === "admin" || reach === "text")
    addCall(draft, { name: value, schema: undefined, tier: "admin" });
}

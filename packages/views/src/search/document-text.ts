import type { IndexTables } from "../indexing/index-tables.ts";

/** What is indexed of a row that carries words: those of its record, of who and what, and the tokens of all its rows. */
export function documentText(
  { contexts, shapes }: Pick<IndexTables, "contexts" | "shapes">,
  { context, shape, text }: { readonly context: number; readonly shape: number; readonly text: string },
  tokens: string,
): string {
  const { tokens: contextTokens, words } = contexts.derived(context);
  return `${text} ${words} ${shapes.derived(shape).words} ${contextTokens} ${tokens}`;
}

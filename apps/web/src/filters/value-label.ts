import { escapeText, isPageKey, pageText } from "@custody/messages";
import type { FacetFilterName } from "./facet-filters.ts";

/** A filter's value in the reader's words, where there are some. */
export function valueLabel(name: FacetFilterName, value: string): string {
  const key = `${name}.${value}`;
  if (!isPageKey(key)) return escapeText(value);
  return name === "level" ? pageText("level.at-least", { level: pageText(key) }) : pageText(key);
}

/**
 * Takes the code out of the address (`#code=…`) and the address out of the history at once, so that neither a glance at
 * the screen nor the browser's memory has it. Undefined when there is none.
 */
export function takeCode(): string | undefined {
  const code = codeIn(location.hash);
  if (code === undefined) return undefined;
  history.replaceState(history.state, "", location.pathname + location.search);
  return code;
}

/** The code in a fragment, or in a whole link that somebody pasted. */
export function codeIn(text: string): string | undefined {
  const fragment = text.slice(text.indexOf("#") + 1);
  return text.includes("#") ? (new URLSearchParams(fragment).get("code") ?? undefined) : undefined;
}

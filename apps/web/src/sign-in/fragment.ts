/** What stands behind the `#` of a link: a code or a link's secret works once, a device's code is only looked up. */
export interface Fragment {
  readonly kind: "code" | "invitation" | "device";
  readonly value: string;
}

const KINDS = ["code", "invitation", "device"] as const;

/**
 * Takes it out of the address, and the address out of the history at once, so that neither a glance at the screen nor the
 * browser's memory has it. Undefined when there is none.
 */
export function takeFragment(): Fragment | undefined {
  const found = fragmentIn(location.hash);
  if (found === undefined) return undefined;
  history.replaceState(history.state, "", location.pathname + location.search);
  return found;
}

/** In a fragment, or in a whole link that somebody pasted. */
export function fragmentIn(text: string): Fragment | undefined {
  if (!text.includes("#")) return undefined;
  const values = new URLSearchParams(text.slice(text.indexOf("#") + 1));
  const kind = KINDS.find((each) => values.has(each));
  return kind === undefined ? undefined : { kind, value: values.get(kind) ?? "" };
}

/**
 * What stands behind the `#` of a link: a code or a link's secret works once, a device's code is only looked up. Of the way
 * back from a provider (`sso`) it is the query, since OpenID Connect has it there.
 */
export interface Fragment {
  readonly kind: "code" | "invitation" | "device" | "sso";
  readonly value: string;
}

const KINDS = ["code", "invitation", "device"] as const;

/** Where a provider sends browsers back to, as the server tells it. */
const CALLBACK_PATH = "/sign-in/oidc";

/**
 * Takes it out of the address, and the address out of the history at once, so that neither a glance at the screen nor the
 * browser's memory has it. Undefined when there is none.
 */
export function takeFragment(): Fragment | undefined {
  if (location.pathname === CALLBACK_PATH) {
    const value = location.search;
    history.replaceState(history.state, "", "/");
    return { kind: "sso", value };
  }
  const found = fragmentIn(location.hash);
  if (found === undefined) return undefined;
  history.replaceState(history.state, "", location.pathname + location.search);
  return found;
}

/** Whether another way in is to take the place of one that this browser may still have; the others do once they succeed. */
export function endsAccess({ kind }: Fragment): boolean {
  return kind === "code" || kind === "invitation";
}

/** In a fragment, or in a whole link that somebody pasted. */
export function fragmentIn(text: string): Fragment | undefined {
  if (!text.includes("#")) return undefined;
  const values = new URLSearchParams(text.slice(text.indexOf("#") + 1));
  const kind = KINDS.find((each) => values.has(each));
  return kind === undefined ? undefined : { kind, value: values.get(kind) ?? "" };
}

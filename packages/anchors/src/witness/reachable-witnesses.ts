import type { CosignerKey, PolicyWitness, WitnessPolicy } from "@custody/ledger/verifier";
import { AnchorError } from "../error.ts";

/** A witness that we can ask, and whose cosignatures we can check. */
export interface ReachableWitness {
  readonly witness: PolicyWitness & { readonly key: CosignerKey };
  /** Its submission prefix, without a slash at the end. */
  readonly url: string;
}

/**
 * The witnesses of a policy that have an address. The others may cosign all the same, by some other way, and count then.
 *
 * @throws AnchorError PLACE_SETTING_INVALID
 */
export function reachableWitnesses(
  policy: WitnessPolicy,
  { allowPlaintext }: { readonly allowPlaintext: boolean },
): ReachableWitness[] {
  return policy.witnesses.flatMap((witness) => {
    const { key, name, url } = witness;
    if (key === undefined || url === undefined) return [];
    return [{ url: prefixOf(name, url, allowPlaintext), witness: { ...witness, key } }];
  });
}

function prefixOf(name: string, text: string, allowPlaintext: boolean): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol))
    throw invalid(name, "its URL is not an address that begins with https://");
  if (url.username !== "" || url.password !== "" || url.search !== "" || url.hash !== "")
    throw invalid(name, "its URL has a user, a query or a fragment, and witnesses have none");
  if (url.protocol === "http:" && !allowPlaintext && !isLoopback(url.hostname))
    throw invalid(name, "its URL is http://, so that anybody on the way could answer in its place");
  return url.href.replace(/\/+$/, "");
}

function isLoopback(host: string): boolean {
  return host === "localhost" || host === "[::1]" || /^127(\.\d{1,3}){3}$/.test(host);
}

function invalid(name: string, why: string): AnchorError {
  return new AnchorError(
    "PLACE_SETTING_INVALID",
    `witness ${name}: ${why} — correct it in the policy, see docs/witnesses.md`,
  );
}

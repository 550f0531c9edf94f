/**
 * The verifier key that this browser saw first at this address, as ssh does it with hosts. localStorage belongs to one
 * origin already, so the name needs no address in it.
 */
const KEY = "custody-verifier-key";

export type Pinning =
  | { readonly state: "first" | "same" }
  | { readonly state: "changed"; readonly known: string };

/** Compares with the key that is remembered. The first one is remembered only by `pinKey`, once its proof has held. */
export function comparePinned(verifierKey: string): Pinning {
  const known = localStorage.getItem(KEY);
  if (known === null) return { state: "first" };
  return known === verifierKey ? { state: "same" } : { state: "changed", known };
}

export function pinKey(verifierKey: string): void {
  localStorage.setItem(KEY, verifierKey);
}

import { type FreezeScope, scopeText } from "@custody/policy";
import type { FreezeInForce } from "@custody/server";

/** What is meant, at the beginning of a sentence. */
export function frozenScope(scope: FreezeScope): string {
  const text = scopeText(scope);
  return `${text[0]?.toUpperCase()}${text.slice(1)}`;
}

export function describeFreeze(freeze: FreezeInForce): string {
  const { by, reason, since, until } = freeze;
  const end = until === undefined ? "until somebody thaws it" : `until ${until.slice(0, 19)}Z`;
  return `${frozenScope(freeze)} is frozen since ${since.slice(0, 19)}Z by ${by}, ${end}: ${reason}`;
}

import { escapeText, pageText } from "@custody/messages";
import { useQuery } from "@tanstack/react-query";
import { KEYS, type Key, keysOf } from "../keys/own-keys.ts";
import { askWays, passkeyPlaceOf } from "../keys/use-sign-in-ways.ts";

/** The passkeys that whoever is signed in can sign with here. */
export interface Signer {
  readonly credentials: readonly string[];
  readonly rpId: string;
}

export interface Signing {
  /** Undefined where nothing can be signed. */
  readonly signer: Signer | undefined;
  /** In words why not; `hasNone` where a passkey that counts is all that is missing. */
  readonly why: string | undefined;
  readonly hasNone: boolean;
}

/** Undefined until it is known, and where nobody is to sign. */
export function useSigning(isAsked: boolean): Signing | undefined {
  const ways = useQuery({
    queryKey: ["sign-in-ways"],
    queryFn: askWays,
    enabled: isAsked,
    staleTime: Number.POSITIVE_INFINITY,
  });
  const keys = useQuery({ queryKey: [KEYS], queryFn: keysOf, enabled: isAsked, staleTime: 10_000 });
  const place = passkeyPlaceOf(ways.data);
  if (ways.data === undefined || place === undefined || keys.data === undefined) return undefined;
  const { passkeys } = ways.data;
  if (!passkeys.isAvailable || place.why !== undefined) {
    const why = pageText("keys.unavailable", { why: escapeText(place.why ?? "") });
    return { hasNone: false, signer: undefined, why };
  }
  const credentials = keys.data.keys.flatMap(credentialOf);
  if (credentials.length > 0)
    return { hasNone: false, signer: { credentials, rpId: passkeys.rpId }, why: undefined };
  const waits = keys.data.keys.some(({ kind }) => kind === "passkey");
  return {
    hasNone: true,
    signer: undefined,
    why: pageText(waits ? "holds.sign-unconfirmed" : "holds.sign-none"),
  };
}

/** Of one that somebody else has confirmed, where that is needed: what another one signs does not count. */
function credentialOf({ credential, isInForce, kind }: Key): string[] {
  return kind === "passkey" && isInForce && credential !== null ? [credential] : [];
}

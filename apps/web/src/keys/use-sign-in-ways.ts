import { pageText } from "@custody/messages";
import { useEffect, useState } from "react";
import { reach } from "../api/request.ts";

/** Which ways in the server has besides a password: docs/api.md. */
export interface SignInWays {
  readonly passkeys:
    | { readonly isAvailable: true; readonly origin: string; readonly rpId: string }
    | { readonly isAvailable: false; readonly why: string };
  /** A provider of OpenID Connect. */
  readonly oidc: { readonly name: string; readonly origin: string } | null;
}

interface PasskeyPlace {
  /** Why passkeys do not work here; undefined where they do. */
  readonly why: string | undefined;
}

/** Undefined until it is known. Nobody is signed in yet, and what one access has asked for is forgotten before the next. */
export function useSignInWays(): SignInWays | undefined {
  const [ways, setWays] = useState<SignInWays>();
  useEffect(() => {
    // Without an answer there is the password still.
    askWays().then(setWays, () => {});
  }, []);
  return ways;
}

export function passkeyPlaceOf(ways: SignInWays | undefined): PasskeyPlace | undefined {
  return ways === undefined ? undefined : { why: whyNot(ways.passkeys) };
}

export async function askWays(): Promise<SignInWays> {
  return (await (await reach("/api/sign-in/ways", {})).json()) as SignInWays;
}

function whyNot(passkeys: SignInWays["passkeys"]): string | undefined {
  if (!passkeys.isAvailable) return passkeys.why;
  if (passkeys.origin !== location.origin) return pageText("keys.elsewhere", { origin: passkeys.origin });
  return "credentials" in navigator ? undefined : pageText("keys.no-browser");
}

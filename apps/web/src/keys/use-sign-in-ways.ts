import { pageText } from "@custody/messages";
import { useEffect, useState } from "react";
import { reach } from "../api/request.ts";

interface SignInWays {
  readonly passkeys:
    | { readonly isAvailable: true; readonly origin: string }
    | { readonly isAvailable: false; readonly why: string };
}

interface PasskeyPlace {
  /** Why passkeys do not work here; undefined where they do. */
  readonly why: string | undefined;
}

/** Undefined until it is known. Nobody is signed in yet, and what one access has asked for is forgotten before the next. */
export function usePasskeyPlace(): PasskeyPlace | undefined {
  const [place, setPlace] = useState<PasskeyPlace>();
  useEffect(() => {
    // Without an answer there is the password still.
    askWays().then(
      ({ passkeys }) => setPlace({ why: whyNot(passkeys) }),
      () => {},
    );
  }, []);
  return place;
}

async function askWays(): Promise<SignInWays> {
  return (await (await reach("/api/sign-in/ways", {})).json()) as SignInWays;
}

function whyNot(passkeys: SignInWays["passkeys"]): string | undefined {
  if (!passkeys.isAvailable) return passkeys.why;
  if (passkeys.origin !== location.origin) return pageText("keys.elsewhere", { origin: passkeys.origin });
  return "credentials" in navigator ? undefined : pageText("keys.no-browser");
}

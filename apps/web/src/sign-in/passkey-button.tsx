import { escapeText, pageText } from "@custody/messages";
import type { ReactNode } from "react";
import { Button } from "react-aria-components/Button";
import { keepSession } from "../api/access.ts";
import { passkeyPlaceOf, type SignInWays } from "../keys/use-sign-in-ways.ts";
import { useAttempt } from "./use-attempt.ts";

/** The way in for whoever has enrolled a passkey; where there can be none, it says why. */
export function PasskeyButton({ ways }: { readonly ways: SignInWays | undefined }): ReactNode {
  const place = passkeyPlaceOf(ways);
  const { attempt, isBusy, problem } = useAttempt();
  if (place === undefined) return null;
  if (place.why !== undefined)
    return (
      <p className="mt-4 text-ink-faint">{pageText("keys.unavailable", { why: escapeText(place.why) })}</p>
    );

  async function open(): Promise<void> {
    const { openWithPasskey } = await import("../keys/passkey.ts");
    const key = await openWithPasskey();
    if (key === undefined) throw new Error(pageText("keys.not-shown"));
    keepSession(key);
  }

  return (
    <div className="mt-4">
      <Button isDisabled={isBusy} onPress={() => void attempt(open)} className="plain-button w-full">
        {pageText("keys.use")}
      </Button>
      <p role="alert" className="mt-2 text-bad">
        {problem}
      </p>
    </div>
  );
}

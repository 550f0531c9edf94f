import { escapeText, pageText } from "@custody/messages";
import type { ReactNode } from "react";
import { Button } from "react-aria-components/Button";
import type { SignInWays } from "../keys/use-sign-in-ways.ts";
import { leaveForProvider } from "./sso.ts";
import { useAttempt } from "./use-attempt.ts";

/** The way in for whom a provider of OpenID Connect knows; on another origin than the configured one it says where it works. */
export function SsoButton({ ways }: { readonly ways: SignInWays | undefined }): ReactNode {
  const { attempt, isBusy, problem } = useAttempt();
  if (ways === undefined || ways.oidc === null) return null;
  const { origin } = ways.oidc;
  const name = escapeText(ways.oidc.name);
  if (origin !== location.origin)
    return <p className="mt-4 text-ink-faint">{pageText("sso.elsewhere", { name, origin })}</p>;
  return (
    <div className="mt-4">
      <Button
        isDisabled={isBusy}
        onPress={() => void attempt(leaveForProvider)}
        className="plain-button w-full"
      >
        {pageText(isBusy ? "sso.leaving" : "sso.use", { name })}
      </Button>
      <p role="alert" className="mt-2 text-bad">
        {problem}
      </p>
    </div>
  );
}

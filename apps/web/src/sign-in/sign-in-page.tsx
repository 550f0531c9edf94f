import { pageText } from "@custody/messages";
import type { ReactNode } from "react";
import { useSignInWays } from "../keys/use-sign-in-ways.ts";
import { Entrance } from "./entrance.tsx";
import { LinkForm } from "./link-form.tsx";
import { PasskeyButton } from "./passkey-button.tsx";
import { PasswordForm } from "./password-form.tsx";
import { SsoButton } from "./sso-button.tsx";

/** Shown while nobody is let in: the way for people, and below it the one for the operator of the machine. */
export function SignInPage({ code }: { readonly code: string | undefined }): ReactNode {
  const ways = useSignInWays();
  return (
    <Entrance title={pageText("sign-in.title")} lead={pageText("sign-in.lead")}>
      <PasswordForm />
      <SsoButton ways={ways} />
      <PasskeyButton ways={ways} />
      <LinkForm code={code} />
    </Entrance>
  );
}

import { pageText } from "@custody/messages";
import type { ReactNode } from "react";
import { Entrance } from "./entrance.tsx";
import { LinkForm } from "./link-form.tsx";
import { PasskeyButton } from "./passkey-button.tsx";
import { PasswordForm } from "./password-form.tsx";

/** Shown while nobody is let in: the way for people, and below it the one for the operator of the machine. */
export function SignInPage({ code }: { readonly code: string | undefined }): ReactNode {
  return (
    <Entrance title={pageText("sign-in.title")} lead={pageText("sign-in.lead")}>
      <PasswordForm />
      <PasskeyButton />
      <LinkForm code={code} />
    </Entrance>
  );
}

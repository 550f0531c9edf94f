import { pageText } from "@custody/messages";
import type { ReactNode } from "react";
import { EntryField } from "./entry-field.tsx";

/** A second factor that can be enrolled. */
export interface OfferedFactor {
  readonly secret: string;
  readonly uri: string;
}

interface FactorFieldsProps {
  readonly totp: OfferedFactor;
  readonly code: string;
  readonly onCode: (code: string) => void;
}

/** What an authenticator program takes, as a link and as a text; and a code, to show that it has it. */
export function FactorFields({ code, onCode, totp }: FactorFieldsProps): ReactNode {
  return (
    <div className="mt-3 rounded-md border border-line p-3">
      <p className="text-ink-soft">{pageText("invitation.factor-how")}</p>
      <code className="mt-2 block rounded-md bg-sunken px-3 py-2 font-mono break-all select-all">
        {totp.secret.replace(/(.{4})/g, "$1 ").trim()}
      </code>
      <a className="link-button mt-2 inline-block" href={totp.uri}>
        {pageText("invitation.factor-open")}
      </a>
      <EntryField
        label={pageText("sign-in.factor")}
        value={code}
        onChange={onCode}
        autoComplete="one-time-code"
        isCode
      />
    </div>
  );
}

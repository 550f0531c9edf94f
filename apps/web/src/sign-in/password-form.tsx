import { pageText } from "@custody/messages";
import { type FormEvent, type ReactNode, useState } from "react";
import { Button } from "react-aria-components/Button";
import { wasRefused } from "../api/access.ts";
import { EntryField } from "./entry-field.tsx";
import { signInWithPassword } from "./sign-in.ts";
import { useAttempt } from "./use-attempt.ts";

/** The code is asked for once the server says that it is needed. */
export function PasswordForm(): ReactNode {
  const [name, setName] = useState("");
  const [password, setPassword] = useState("");
  const [code, setCode] = useState("");
  const [needsCode, setNeedsCode] = useState(false);
  const tried = useAttempt(wasRefused() ? pageText("sign-in.ended") : undefined);
  const isCodeShown = needsCode || tried.code === "code-needed";

  function submit(event: FormEvent): void {
    event.preventDefault();
    if (isCodeShown) setNeedsCode(true);
    void tried.attempt(() => signInWithPassword({ name, password, ...(code !== "" && { code }) }));
  }

  return (
    <form onSubmit={submit} aria-label={pageText("sign-in.title")}>
      <EntryField label={pageText("sign-in.name")} value={name} onChange={setName} autoComplete="username" />
      <EntryField
        label={pageText("sign-in.password")}
        value={password}
        onChange={setPassword}
        autoComplete="current-password"
        isSecret
      />
      {isCodeShown && (
        <EntryField
          label={pageText("sign-in.factor")}
          value={code}
          onChange={setCode}
          autoComplete="one-time-code"
          isCode
        />
      )}
      <p role="alert" className="mt-2 min-h-6 text-bad">
        {tried.problem}
      </p>
      <Button type="submit" isDisabled={tried.isBusy} className="primary-button w-full">
        {pageText(tried.isBusy ? "sign-in.busy" : "sign-in.submit")}
      </Button>
    </form>
  );
}

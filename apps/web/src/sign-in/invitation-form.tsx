import { pageText } from "@custody/messages";
import { type FormEvent, type ReactNode, useState } from "react";
import { Button } from "react-aria-components/Button";
import { EntryField } from "./entry-field.tsx";
import { FactorFields } from "./factor-fields.tsx";
import { acceptInvitation, type Invitation } from "./sign-in.ts";
import { useAttempt } from "./use-attempt.ts";

interface InvitationFormProps {
  readonly secret: string;
  readonly invitation: Invitation;
  readonly onDone: () => void;
}

export function InvitationForm({ invitation, onDone, secret }: InvitationFormProps): ReactNode {
  const { name: known, totp } = invitation;
  const [name, setName] = useState("");
  const [password, setPassword] = useState("");
  const [again, setAgain] = useState("");
  const [hasFactor, setHasFactor] = useState(false);
  const [code, setCode] = useState("");
  const { attempt, isBusy, problem, setProblem } = useAttempt();

  async function submit(event: FormEvent): Promise<void> {
    event.preventDefault();
    if (password !== again) return setProblem(pageText("invitation.differ"));
    const isDone = await attempt(() =>
      acceptInvitation({
        password,
        secret,
        ...(known === null && { name }),
        ...(hasFactor && { totp: { code, secret: totp.secret } }),
      }),
    );
    if (isDone) onDone();
  }

  return (
    <form onSubmit={(event) => void submit(event)}>
      {known === null && (
        <EntryField
          label={pageText("sign-in.name")}
          value={name}
          onChange={setName}
          autoComplete="username"
        />
      )}
      <EntryField
        label={pageText("invitation.password")}
        value={password}
        onChange={setPassword}
        autoComplete="new-password"
        isSecret
      />
      <EntryField
        label={pageText("invitation.again")}
        value={again}
        onChange={setAgain}
        autoComplete="new-password"
        isSecret
      />
      <label className="mt-4 flex items-center gap-2">
        <input type="checkbox" checked={hasFactor} onChange={(event) => setHasFactor(event.target.checked)} />
        {pageText("invitation.factor")}
      </label>
      {hasFactor && <FactorFields totp={totp} code={code} onCode={setCode} />}
      <p role="alert" className="mt-2 min-h-6 text-bad">
        {problem}
      </p>
      <Button type="submit" isDisabled={isBusy} className="primary-button w-full">
        {pageText(isBusy ? "sign-in.busy" : "invitation.submit")}
      </Button>
    </form>
  );
}

import { pageText } from "@custody/messages";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, type ReactNode, useState } from "react";
import { Button } from "react-aria-components/Button";
import { request, requestJson } from "../api/request.ts";
import { EntryField } from "../sign-in/entry-field.tsx";
import { FactorFields, type OfferedFactor } from "../sign-in/factor-fields.tsx";
import { useAttempt } from "../sign-in/use-attempt.ts";

/** The second factor: to be enrolled, replaced by another one, or taken away. */
export function SecondFactor({ isEnrolled }: { readonly isEnrolled: boolean }): ReactNode {
  const [doing, setDoing] = useState<"enrol" | "remove">();
  const done = () => setDoing(undefined);
  return (
    <div className="mt-6 max-w-md">
      <h3 className="font-medium">{pageText("account.factor")}</h3>
      <p className="text-ink-soft">{pageText(isEnrolled ? "account.factor-set" : "account.factor-none")}</p>
      {doing === "enrol" && <EnrolFactor onDone={done} />}
      {doing === "remove" && (
        <FactorForm label={pageText("account.factor-remove")} totp={null} onDone={done} />
      )}
      {doing === undefined && (
        <div className="mt-2 flex flex-wrap gap-2">
          <Button onPress={() => setDoing("enrol")} className="plain-button h-9">
            {pageText(isEnrolled ? "account.factor-replace" : "account.factor-add")}
          </Button>
          {isEnrolled && (
            <Button onPress={() => setDoing("remove")} className="plain-button h-9">
              {pageText("account.factor-remove")}
            </Button>
          )}
        </div>
      )}
    </div>
  );
}

function EnrolFactor({ onDone }: { readonly onDone: () => void }): ReactNode {
  const [code, setCode] = useState("");
  const { data } = useQuery({
    queryKey: ["offered-factor"],
    queryFn: () => requestJson<OfferedFactor>("/api/me/totp/offer", { method: "POST" }),
    // Another one would be made with each look, and none is to be seen later.
    gcTime: 0,
    staleTime: Number.POSITIVE_INFINITY,
  });
  if (data === undefined) return null;
  return (
    <FactorForm label={pageText("account.factor-save")} totp={{ code, secret: data.secret }} onDone={onDone}>
      <FactorFields totp={data} code={code} onCode={setCode} />
    </FactorForm>
  );
}

interface FactorFormProps {
  readonly label: string;
  /** Null takes away what there is. */
  readonly totp: { readonly code: string; readonly secret: string } | null;
  readonly onDone: () => void;
  readonly children?: ReactNode;
}

/** Whoever left a browser open has not changed it: the password is asked for. */
function FactorForm({ children, label, onDone, totp }: FactorFormProps): ReactNode {
  const [password, setPassword] = useState("");
  const { attempt, isBusy, problem } = useAttempt();
  const queries = useQueryClient();

  async function submit(event: FormEvent): Promise<void> {
    event.preventDefault();
    const isDone = await attempt(async () => {
      await request("/api/me/totp", { body: { password, totp } });
      await queries.invalidateQueries({ queryKey: ["me"] });
    });
    if (isDone) onDone();
  }

  return (
    <form onSubmit={(event) => void submit(event)} aria-label={label}>
      {children}
      <EntryField
        label={pageText("account.password-now")}
        value={password}
        onChange={setPassword}
        autoComplete="current-password"
        isSecret
      />
      <p role="alert" className="mt-2 min-h-6 text-bad">
        {problem}
      </p>
      <div className="flex flex-wrap gap-2">
        <Button type="submit" isDisabled={isBusy} className="plain-button h-9">
          {label}
        </Button>
        <Button onPress={onDone} className="plain-button h-9">
          {pageText("account.factor-cancel")}
        </Button>
      </div>
    </form>
  );
}

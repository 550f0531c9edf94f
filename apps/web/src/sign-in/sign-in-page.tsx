import { pageText } from "@custody/messages";
import { type FormEvent, type ReactNode, useEffect, useRef, useState } from "react";
import { Button } from "react-aria-components/Button";
import { Input } from "react-aria-components/Input";
import { Label } from "react-aria-components/Label";
import { TextField } from "react-aria-components/TextField";
import { wasRefused } from "../api/access.ts";
import { isPassing } from "../api/problem.ts";
import mark from "../theme/mark.svg";
import { signInWithCode, signInWithPasted } from "./sign-in.ts";

/** Shown while this tab has no access. `code` came with the address, and is exchanged without a click. */
export function SignInPage({ code }: { readonly code: string | undefined }): ReactNode {
  const [pasted, setPasted] = useState("");
  const [isBusy, setBusy] = useState(code !== undefined);
  const [problem, setProblem] = useState(wasRefused() ? pageText("sign-in.ended") : undefined);
  const exchanged = useRef<string>(undefined);

  async function attempt(signIn: () => Promise<void>): Promise<void> {
    setBusy(true);
    setProblem(undefined);
    try {
      await signIn();
    } catch (error) {
      setProblem(pageText(isPassing(error) ? "sign-in.unreachable" : "sign-in.refused"));
    }
    setBusy(false);
  }

  // biome-ignore lint/correctness/useExhaustiveDependencies: a code is used once, whatever else changes.
  useEffect(() => {
    if (code === undefined || exchanged.current === code) return;
    exchanged.current = code;
    void attempt(() => signInWithCode(code));
  }, [code]);

  function submit(event: FormEvent): void {
    event.preventDefault();
    if (pasted.trim() !== "") void attempt(() => signInWithPasted(pasted));
  }

  return (
    <main className="flex h-full items-center justify-center p-6">
      <div className="w-full max-w-md rounded-2xl border border-line bg-surface p-8 shadow-(--shadow-raised)">
        <img src={mark} alt="" width={40} height={40} className="mb-5" />
        <h1 className="text-xl font-semibold tracking-tight">{pageText("sign-in.title")}</h1>
        <p className="mt-2 text-ink-soft">{pageText("sign-in.lead")}</p>
        <p className="mt-4 text-ink-soft">{pageText("sign-in.how")}</p>
        <code className="mt-2 block rounded-md border border-line bg-sunken px-3 py-2 font-mono select-all">
          {pageText("sign-in.command")}
        </code>
        <form onSubmit={submit} className="mt-6">
          <TextField value={pasted} onChange={setPasted} type="password" autoComplete="off">
            <Label className="mb-1.5 block text-ink-soft">{pageText("sign-in.label")}</Label>
            <Input className="field w-full" />
          </TextField>
          <p role="alert" className="mt-2 min-h-10 text-bad">
            {problem}
          </p>
          <Button type="submit" isDisabled={isBusy} className="primary-button w-full">
            {pageText(isBusy ? "sign-in.busy" : "sign-in.submit")}
          </Button>
        </form>
        <p className="mt-4 text-ink-faint">{pageText("sign-in.private")}</p>
      </div>
    </main>
  );
}

import { pageText } from "@custody/messages";
import { type FormEvent, type ReactNode, useEffect, useRef, useState } from "react";
import { Button } from "react-aria-components/Button";
import { isPassing } from "../api/problem.ts";
import { EntryField } from "./entry-field.tsx";
import { signInWithCode, signInWithPasted } from "./sign-in.ts";
import { useAttempt } from "./use-attempt.ts";

/** For the operator of the machine. `code` came with the address, and is exchanged without a click. */
export function LinkForm({ code }: { readonly code: string | undefined }): ReactNode {
  const [pasted, setPasted] = useState("");
  const { attempt, isBusy, problem } = useAttempt();
  const exchanged = useRef<string>(undefined);

  // biome-ignore lint/correctness/useExhaustiveDependencies: a code is used once, whatever else changes.
  useEffect(() => {
    if (code === undefined || exchanged.current === code) return;
    exchanged.current = code;
    void attempt(() => told(() => signInWithCode(code)));
  }, [code]);

  function submit(event: FormEvent): void {
    event.preventDefault();
    if (pasted.trim() !== "") void attempt(() => told(() => signInWithPasted(pasted)));
  }

  return (
    <form
      onSubmit={submit}
      className="mt-6 border-t border-line pt-5"
      aria-label={pageText("sign-in.operator")}
    >
      <p className="text-ink-soft">{pageText("sign-in.how")}</p>
      <code className="mt-2 block rounded-md border border-line bg-sunken px-3 py-2 font-mono select-all">
        {pageText("sign-in.command")}
      </code>
      <EntryField
        label={pageText("sign-in.label")}
        value={pasted}
        onChange={setPasted}
        autoComplete="off"
        isSecret
        isRequired={false}
      />
      <p role="alert" className="mt-2 min-h-6 text-bad">
        {problem}
      </p>
      <Button type="submit" isDisabled={isBusy} className="plain-button w-full">
        {pageText(isBusy ? "sign-in.busy" : "sign-in.open")}
      </Button>
      <p className="mt-4 text-ink-faint">{pageText("sign-in.private")}</p>
    </form>
  );
}

/** Whatever the server says of a link, the reader needs another one. */
async function told(act: () => Promise<void>): Promise<void> {
  try {
    await act();
  } catch (error) {
    throw isPassing(error) ? error : new Error(pageText("sign-in.refused"));
  }
}

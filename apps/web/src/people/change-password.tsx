import { pageText } from "@custody/messages";
import { type FormEvent, type ReactNode, useState } from "react";
import { problemText } from "../api/problem-text.ts";
import { useChange } from "./use-change.ts";

/** Another password in place of the one that somebody knows. */
export function ChangePassword(): ReactNode {
  const [password, setPassword] = useState("");
  const [next, setNext] = useState("");
  const change = useChange<unknown>("me");
  function submit(event: FormEvent): void {
    event.preventDefault();
    change.mutate({ body: { next, password }, path: "/api/me/password" });
  }
  return (
    <form onSubmit={submit} className="mt-3 max-w-md">
      <h3 className="font-medium">{pageText("account.password")}</h3>
      <p className="text-ink-soft">{pageText("account.password-lead")}</p>
      <label className="mt-2 flex flex-col gap-1 text-ink-soft">
        {pageText("account.password-now")}
        <input
          className="field"
          type="password"
          value={password}
          required
          autoComplete="current-password"
          onChange={(event) => setPassword(event.target.value)}
        />
      </label>
      <label className="mt-2 flex flex-col gap-1 text-ink-soft">
        {pageText("account.password-next")}
        <input
          className="field"
          type="password"
          value={next}
          required
          autoComplete="new-password"
          onChange={(event) => setNext(event.target.value)}
        />
      </label>
      <p role="alert" className="mt-2 text-bad empty:hidden">
        {change.isError && problemText(change.error)}
      </p>
      <button type="submit" className="plain-button mt-3 h-9" disabled={change.isPending}>
        {pageText("account.password-submit")}
      </button>
    </form>
  );
}

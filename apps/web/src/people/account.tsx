import { pageText, reveal } from "@custody/messages";
import { useQuery } from "@tanstack/react-query";
import { type FormEvent, type ReactNode, useState } from "react";
import { problemText } from "../api/problem-text.ts";
import { requestJson } from "../api/request.ts";
import type { Me } from "../api/use-me.ts";
import { formatMoment } from "../text/format.ts";
import { useChange } from "./use-change.ts";

const TOKENS_KEY = "tokens";

interface Token {
  readonly id: string;
  readonly name: string;
  readonly kind: string;
  readonly userName: string;
  readonly expires: string;
}

/** Who is signed in, and what is theirs. */
export function Account({ me }: { readonly me: Me }): ReactNode {
  const roles = me.roles.map((role) => reveal(role).text).join(", ") || pageText("people.roles-none");
  const isPerson = me.acts.includes("me.change");
  return (
    <section className="mt-8">
      <h2 className="text-[15px] font-semibold">{pageText("account.title")}</h2>
      <p className="wrap-anywhere">
        {pageText("account.signed-in", { method: me.method, name: reveal(me.name).text, roles })}
      </p>
      {isPerson ? <PasswordForm /> : <p className="text-ink-soft">{pageText("account.not-a-person")}</p>}
      {me.acts.includes("tokens.own") && <Tokens />}
    </section>
  );
}

function PasswordForm(): ReactNode {
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

function Tokens(): ReactNode {
  const tokens = useQuery({
    queryKey: [TOKENS_KEY],
    queryFn: ({ signal }) =>
      requestJson<{ readonly tokens: readonly Token[] }>("/api/tokens?limit=500", { signal }),
  });
  const revoke = useChange<unknown>(TOKENS_KEY);
  const found = tokens.data?.tokens ?? [];
  return (
    <div className="mt-6">
      <h3 className="font-medium">{pageText("account.tokens")}</h3>
      {tokens.isSuccess && found.length === 0 && (
        <p className="text-ink-soft">{pageText("account.tokens-none")}</p>
      )}
      <ul className="mt-2 flex flex-col gap-2" aria-label={pageText("account.tokens")}>
        {found.map(({ expires, id, kind, name, userName }) => (
          <li key={id} className="flex flex-wrap items-center gap-x-4 gap-y-1">
            <strong className="wrap-anywhere">{reveal(name).text}</strong>
            <span className="me-auto text-ink-soft">
              {pageText("account.token", {
                kind,
                time: formatMoment(expires),
                user: reveal(userName).text,
              })}
            </span>
            <button
              type="button"
              className="plain-button"
              aria-label={pageText("account.revoke-label", { name: reveal(name).text })}
              onClick={() =>
                revoke.mutate({ body: {}, path: `/api/tokens/${encodeURIComponent(id)}/revoke` })
              }
            >
              {pageText("account.revoke")}
            </button>
          </li>
        ))}
      </ul>
      <p role="alert" className="mt-2 text-bad empty:hidden">
        {revoke.isError && problemText(revoke.error)}
      </p>
    </div>
  );
}

import { pageText, reveal } from "@custody/messages";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { problemText } from "../api/problem-text.ts";
import { requestJson } from "../api/request.ts";
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

/** The tokens that hold, each with a way to end it. */
export function Tokens(): ReactNode {
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

import { escapeText, pageText } from "@custody/messages";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, type ReactNode, useState } from "react";
import { Button } from "react-aria-components/Button";
import { request } from "../api/request.ts";
import { EntryField } from "../sign-in/entry-field.tsx";
import { useAttempt } from "../sign-in/use-attempt.ts";
import { KEYS, type Key, keysOf } from "./own-keys.ts";
import { enrolPasskey } from "./passkey.ts";
import { passkeyPlaceOf, useSignInWays } from "./use-sign-in-ways.ts";

/** What somebody signs with: a list of their keys, and a way to enrol a passkey. */
export function KeysPage(): ReactNode {
  const { data } = useQuery({ queryKey: [KEYS], queryFn: keysOf });
  const keys = data?.keys ?? [];
  return (
    <main className="min-h-0 flex-1 overflow-auto" data-scrolls>
      <div className="mx-auto max-w-3xl px-6 py-6">
        <h1 className="text-xl font-semibold tracking-tight">{pageText("keys.title")}</h1>
        <p className="text-ink-soft">{pageText("keys.lead")}</p>
        <ul className="mt-4 flex flex-col gap-3" aria-label={pageText("keys.title")}>
          {keys.map((key) => (
            <KeyItem key={key.id} of={key} />
          ))}
        </ul>
        {data !== undefined && keys.length === 0 && <p className="mt-4">{pageText("keys.none")}</p>}
        <EnrolForm />
      </div>
    </main>
  );
}

function KeyItem({ of }: { readonly of: Key }): ReactNode {
  const { attempt, isBusy, problem } = useAttempt();
  const queries = useQueryClient();
  const label = escapeText(of.label);

  async function remove(): Promise<void> {
    await request(`/api/me/keys/${encodeURIComponent(of.id)}/remove`, { method: "POST" });
    await queries.invalidateQueries({ queryKey: [KEYS] });
  }

  return (
    <li className="rounded-md border border-line p-3">
      <div className="flex items-center gap-3">
        <span className="me-auto font-semibold">{label}</span>
        <span className="text-ink-soft">{pageText(`keys.${of.kind}`)}</span>
        <Button
          isDisabled={isBusy}
          onPress={() => void attempt(remove)}
          className="plain-button"
          aria-label={pageText("keys.remove-named", { label })}
        >
          {pageText("keys.remove")}
        </Button>
      </div>
      <p className="text-ink-soft">
        {of.confirmedBy !== null
          ? pageText("keys.confirmed", { name: escapeText(of.confirmedBy) })
          : pageText(of.isInForce ? "keys.in-force" : "keys.waits")}
      </p>
      <p role="alert" className="text-bad">
        {problem}
      </p>
    </li>
  );
}

function EnrolForm(): ReactNode {
  const place = passkeyPlaceOf(useSignInWays());
  const queries = useQueryClient();
  const [label, setLabel] = useState("");
  const { attempt, isBusy, problem } = useAttempt();
  if (place === undefined) return null;
  if (place.why !== undefined)
    return <p className="mt-6">{pageText("keys.unavailable", { why: escapeText(place.why) })}</p>;

  async function enrol(): Promise<void> {
    if ((await enrolPasskey(label)) === undefined) throw new Error(pageText("keys.not-made"));
    setLabel("");
    await queries.invalidateQueries({ queryKey: [KEYS] });
  }

  function submit(event: FormEvent): void {
    event.preventDefault();
    void attempt(enrol);
  }

  return (
    <form onSubmit={submit} className="mt-6 max-w-md" aria-label={pageText("keys.enrol")}>
      <EntryField label={pageText("keys.label")} value={label} onChange={setLabel} autoComplete="off" />
      <p role="alert" className="mt-2 min-h-6 text-bad">
        {problem}
      </p>
      <Button type="submit" isDisabled={isBusy || label.trim() === ""} className="primary-button">
        {pageText("keys.enrol")}
      </Button>
    </form>
  );
}

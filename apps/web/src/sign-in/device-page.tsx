import { escapeText, pageText } from "@custody/messages";
import { useQuery } from "@tanstack/react-query";
import { type FormEvent, type ReactNode, useState } from "react";
import { Button } from "react-aria-components/Button";
import { problemText } from "../api/problem-text.ts";
import { request, requestJson } from "../api/request.ts";
import { Entrance } from "./entrance.tsx";
import { EntryField } from "./entry-field.tsx";
import { useAttempt } from "./use-attempt.ts";

interface DevicePageProps {
  /** Empty where somebody has to type it. */
  readonly code: string;
  readonly onDone: () => void;
}

interface Waiting {
  readonly user_code: string;
  readonly client: string;
  readonly address: string;
}

/** Lets a command line act for whoever is signed in here: nothing is confirmed without a click. */
export function DevicePage({ code, onDone }: DevicePageProps): ReactNode {
  const [typed, setTyped] = useState(code);
  const [asked, setAsked] = useState(code);
  const { attempt, isBusy, problem } = useAttempt();
  const { data, error } = useQuery({
    queryKey: ["device", asked],
    queryFn: () => requestJson<Waiting>("/api/device/look", { body: { user_code: asked } }),
    enabled: asked !== "",
    retry: false,
  });

  async function settle(allow: boolean): Promise<void> {
    const isDone = await attempt(async () => {
      await request("/api/device/confirm", { body: { allow, user_code: asked } });
    });
    if (isDone) onDone();
  }

  function submit(event: FormEvent): void {
    event.preventDefault();
    setAsked(typed);
  }

  return (
    <Entrance title={pageText("device.title")} lead={pageText("device.lead")}>
      {data === undefined ? (
        <form onSubmit={submit}>
          <EntryField label={pageText("device.code")} value={typed} onChange={setTyped} autoComplete="off" />
          <p role="alert" className="mt-2 min-h-6 text-bad">
            {error === null ? undefined : problemText(error)}
          </p>
          <Button type="submit" className="primary-button w-full">
            {pageText("device.look")}
          </Button>
        </form>
      ) : (
        <div className="mt-4">
          <p className="rounded-md border border-line bg-sunken px-3 py-2 text-center font-mono text-xl">
            {data.user_code}
          </p>
          <p className="mt-3 text-ink-soft">
            {pageText("device.where", { address: escapeText(data.address), client: escapeText(data.client) })}
          </p>
          <p role="alert" className="mt-2 min-h-6 text-bad">
            {problem}
          </p>
          <Button isDisabled={isBusy} onPress={() => void settle(true)} className="primary-button w-full">
            {pageText("device.allow")}
          </Button>
          <Button isDisabled={isBusy} onPress={() => void settle(false)} className="plain-button mt-2 w-full">
            {pageText("device.deny")}
          </Button>
        </div>
      )}
      <Button onPress={onDone} className="link-button mt-4">
        {pageText("device.leave")}
      </Button>
    </Entrance>
  );
}

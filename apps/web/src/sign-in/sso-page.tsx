import { pageText } from "@custody/messages";
import { type ReactNode, useEffect, useRef } from "react";
import { Button } from "react-aria-components/Button";
import { Entrance } from "./entrance.tsx";
import { comeBackFromProvider } from "./sso.ts";
import { useAttempt } from "./use-attempt.ts";

interface SsoPageProps {
  /** The query with which the provider sent the browser back. */
  readonly answer: string;
  readonly onDone: () => void;
}

/** Finishes without a click what was begun with one. Whoever is signed in already stays so when it fails. */
export function SsoPage({ answer, onDone }: SsoPageProps): ReactNode {
  const { attempt, problem } = useAttempt();
  const exchanged = useRef<string>(undefined);

  // biome-ignore lint/correctness/useExhaustiveDependencies: an answer is used once, whatever else changes.
  useEffect(() => {
    if (exchanged.current === answer) return;
    exchanged.current = answer;
    void attempt(() => comeBackFromProvider(answer)).then((isDone) => {
      if (isDone) onDone();
    });
  }, [answer]);

  return (
    <Entrance title={pageText("sign-in.title")} lead={pageText("sign-in.lead")}>
      {problem === undefined ? (
        <p className="mt-4">{pageText("sign-in.busy")}</p>
      ) : (
        <>
          <p role="alert" className="mt-4 text-bad">
            {problem}
          </p>
          <Button onPress={onDone} className="primary-button mt-4 w-full">
            {pageText("sso.back")}
          </Button>
        </>
      )}
    </Entrance>
  );
}

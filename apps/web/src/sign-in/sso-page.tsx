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
  const { attempt, code, problem } = useAttempt();
  const isTurnedAway = code === "too-many-attempts";
  const exchanged = useRef<string>(undefined);

  function comeBack(): void {
    void attempt(() => comeBackFromProvider(answer)).then((isDone) => {
      if (isDone) onDone();
    });
  }

  // biome-ignore lint/correctness/useExhaustiveDependencies: an answer is used once, whatever else changes.
  useEffect(() => {
    if (exchanged.current === answer) return;
    exchanged.current = answer;
    comeBack();
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
          {isTurnedAway && (
            <Button onPress={comeBack} className="primary-button mt-4 w-full">
              {pageText("sso.again")}
            </Button>
          )}
          <Button
            onPress={onDone}
            className={`${isTurnedAway ? "plain-button" : "primary-button"} mt-4 w-full`}
          >
            {pageText("sso.back")}
          </Button>
        </>
      )}
    </Entrance>
  );
}

import { pageText } from "@custody/messages";
import { useState } from "react";
import { ApiProblem, isPassing } from "../api/problem.ts";
import { problemText } from "../api/problem-text.ts";

interface Attempt {
  readonly isBusy: boolean;
  readonly problem: string | undefined;
  /** The problem's code. */
  readonly code: string | undefined;
  /** Tries something; what goes wrong is `problem`. Resolves to whether it went well. */
  readonly attempt: (act: () => Promise<void>) => Promise<boolean>;
  readonly setProblem: (problem: string | undefined) => void;
}

/** Something that a form tries, once at a time. */
export function useAttempt(first?: string): Attempt {
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState(first);
  const [code, setCode] = useState<string>();

  async function attempt(act: () => Promise<void>): Promise<boolean> {
    setBusy(true);
    setProblem(undefined);
    try {
      await act();
      return true;
    } catch (error) {
      setCode(error instanceof ApiProblem ? error.code : undefined);
      const isSilent = isPassing(error) && (error as ApiProblem).code !== "sso-unreachable";
      setProblem(isSilent ? pageText("sign-in.unreachable") : problemText(error));
      return false;
    } finally {
      setBusy(false);
    }
  }

  return { attempt, code, isBusy, problem, setProblem };
}

import { escapeText, isPageKey, pageText } from "@custody/messages";
import type { AnsweredHold } from "@custody/signatures";
import { type UseMutationResult, useMutation, useQueryClient } from "@tanstack/react-query";
import { ApiProblem } from "../api/problem.ts";
import { problemText } from "../api/problem-text.ts";
import { requestJson } from "../api/request.ts";
import { signAnswer } from "../keys/passkey.ts";
import { digestOf, HOLDS_KEY, type Hold } from "./hold.ts";
import type { Signer } from "./use-signing.ts";

export interface Verdict {
  readonly verdict: "approve" | "deny";
  readonly reason?: string;
  /** Who signs it; nobody unless given. */
  readonly signer?: Signer;
}

/** Answers a hold as it is shown. It is never tried again by itself. */
export function useDecide(hold: Hold): UseMutationResult<Hold, Error, Verdict> {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async ({ reason, signer, verdict }: Verdict) => {
      const shown = digestOf(hold);
      const signed = signer && (await signedBy(signer, { hold: hold.id, shown, verdict }));
      return requestJson<Hold>(`/api/holds/${encodeURIComponent(hold.id)}/${verdict}`, {
        body: { shown, ...(reason !== undefined && { reason }), ...(signed && { signed }) },
      });
    },
    onSettled: () => queries.invalidateQueries({ queryKey: [HOLDS_KEY] }),
  });
}

async function signedBy(signer: Signer, answered: AnsweredHold): Promise<object> {
  const assertion = await signAnswer(answered, signer);
  if (assertion === undefined) throw new Error(pageText("holds.sign-not-shown"));
  return { kind: "passkey", ...assertion };
}

/** Why an answer did not count, in words. */
export function decisionProblem(error: unknown): string {
  const key = error instanceof ApiProblem ? `holds.problem.${error.code}` : "";
  return isPageKey(key)
    ? pageText(key, { reason: escapeText((error as Error).message) })
    : problemText(error);
}

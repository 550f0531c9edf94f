import { escapeText, isPageKey, pageText } from "@custody/messages";
import { type UseMutationResult, useMutation, useQueryClient } from "@tanstack/react-query";
import { ApiProblem } from "../api/problem.ts";
import { problemText } from "../api/problem-text.ts";
import { requestJson } from "../api/request.ts";
import { digestOf, HOLDS_KEY, type Hold } from "./hold.ts";

export interface Verdict {
  readonly verdict: "approve" | "deny";
  readonly reason?: string;
}

/** Answers a hold as it is shown. It is never tried again by itself. */
export function useDecide(hold: Hold): UseMutationResult<Hold, Error, Verdict> {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ reason, verdict }: Verdict) =>
      requestJson<Hold>(`/api/holds/${encodeURIComponent(hold.id)}/${verdict}`, {
        body: { shown: digestOf(hold), ...(reason !== undefined && { reason }) },
      }),
    onSettled: () => queries.invalidateQueries({ queryKey: [HOLDS_KEY] }),
  });
}

/** Why an answer did not count, in words. */
export function decisionProblem(error: unknown): string {
  const key = error instanceof ApiProblem ? `holds.problem.${error.code}` : "";
  return isPageKey(key)
    ? pageText(key, { reason: escapeText((error as Error).message) })
    : problemText(error);
}

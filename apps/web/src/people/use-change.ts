import { type UseMutationResult, useMutation, useQueryClient } from "@tanstack/react-query";
import { requestJson } from "../api/request.ts";

export interface Change {
  readonly path: string;
  readonly body: object;
}

/** One change, never tried again by itself; afterwards every list of that name is asked for anew. */
export function useChange<Answer>(
  key: string,
  onDone: (answer: Answer) => void = () => {},
): UseMutationResult<Answer, Error, Change> {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ body, path }: Change) => requestJson<Answer>(path, { body }),
    onSuccess: onDone,
    onSettled: () => queries.invalidateQueries({ queryKey: [key] }),
  });
}

import type { ThreadText } from "@custody/domain";
import { type UseQueryResult, useQuery } from "@tanstack/react-query";
import { requestJson } from "../api/request.ts";

/** What a person had said to the agent before it asked: docs/api.md. */
interface HoldPrompt extends ThreadText {
  readonly index: number;
  /** `tool`: a tool ran that it had led to. `session`: it is the newest of the session. */
  readonly by: "tool" | "session";
}

/** It was said before the agent asked, so it does not change; null where nothing is known. */
export function useHoldPrompt(id: string): UseQueryResult<{ readonly prompt: HoldPrompt | null }> {
  return useQuery({
    queryKey: ["hold-prompt", id],
    queryFn: ({ signal }) => requestJson(`/api/holds/${encodeURIComponent(id)}/prompt`, { signal }),
    staleTime: Number.POSITIVE_INFINITY,
  });
}

import type { SampledRows } from "@custody/domain";
import { type UseQueryResult, useQuery } from "@tanstack/react-query";
import { requestJson } from "../api/request.ts";
import { digestOf } from "./hold.ts";

/** `gone`: they are not on record any more. `wrong`: what came is not what the hold names. */
export type HoldSampleAnswer = SampledRows | "gone" | "wrong";

/** The rows that a hold names by their digest, so that they never change; the page itself checks that it is these. */
export function useHoldSample(id: string, digest: string): UseQueryResult<HoldSampleAnswer> {
  return useQuery({
    queryKey: ["hold-rows", id, digest],
    queryFn: async ({ signal }): Promise<HoldSampleAnswer> => {
      const path = `/api/holds/${encodeURIComponent(id)}/rows`;
      const { text } = await requestJson<{ readonly text: string | null }>(path, { signal });
      if (text === null) return "gone";
      return digestOf({ text }) === digest ? (JSON.parse(text) as SampledRows) : "wrong";
    },
    staleTime: Number.POSITIVE_INFINITY,
  });
}

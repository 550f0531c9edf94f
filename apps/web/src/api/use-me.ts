import { type UseQueryResult, useQuery } from "@tanstack/react-query";
import { requestJson } from "./request.ts";

/** Who is signed in, and what they may do: docs/api.md. */
export interface Me {
  readonly id: string;
  readonly name: string;
  readonly kind: string;
  readonly method: string;
  readonly roles: readonly string[];
  readonly acts: readonly string[];
  readonly hasPassword: boolean;
  readonly hasTotp: boolean;
}

export function useMe(): UseQueryResult<Me> {
  return useQuery({
    queryKey: ["me"],
    queryFn: () => requestJson<Me>("/api/me"),
    staleTime: 60_000,
  });
}

/** What is not permitted is not offered; the server judges again. */
export function useMay(act: string): boolean {
  return useMe().data?.acts.includes(act) === true;
}

import { useQuery } from "@tanstack/react-query";
import { useRef } from "react";
import { ApiProblem } from "../api/problem.ts";
import { request, requestJson } from "../api/request.ts";

const POLL_MS = 5_000;

/** A place outside this machine that keeps checkpoints, as the server says. */
export interface OutsidePlace {
  readonly kind: string;
  readonly name: string;
  readonly kept: { readonly size: number; readonly time: string } | null;
  readonly failure: { readonly message: string; readonly isContradiction: boolean } | null;
}

interface StatusAnswer {
  readonly ledger: { readonly size: number };
  readonly outside: { readonly places: readonly OutsidePlace[] };
}

export interface LedgerState {
  readonly size: number;
  /** The generation of a master key that nobody has a copy of; undefined when that is of no concern. */
  readonly uncopiedKey: number | undefined;
  /** As the server says; what a checkpoint is worth is checked where a record is shown. */
  readonly checkpoint:
    | { readonly size: number; readonly origin: string; readonly seenMs: number }
    | undefined;
  readonly outside: readonly OutsidePlace[];
}

interface StatusAnswer {
  readonly ledger: { readonly size: number };
  readonly masterKey: { readonly generation: number; readonly needsCopy: boolean };
}

/** The ledger's size and its newest checkpoint, asked every few seconds. Undefined until the first answer. */
export function useLedgerState(): LedgerState | undefined {
  const seen = useRef<{ readonly text: string; readonly atMs: number }>(undefined);
  const { data } = useQuery({
    queryKey: ["ledger-state"],
    refetchInterval: POLL_MS,
    queryFn: async ({ signal }): Promise<LedgerState> => {
      const status = await requestJson<StatusAnswer>("/api/status", { signal });
      const outside = status.outside.places;
      const { generation, needsCopy } = status.masterKey;
      const uncopiedKey = needsCopy ? generation : undefined;
      const text = await checkpointText(signal);
      if (text === undefined)
        return { size: status.ledger.size, checkpoint: undefined, outside, uncopiedKey };
      if (seen.current?.text !== text) seen.current = { text, atMs: Date.now() };
      const [origin = "", size = "0"] = text.split("\n");
      const checkpoint = { origin, size: Number(size), seenMs: seen.current.atMs };
      return { size: Math.max(status.ledger.size, checkpoint.size), checkpoint, outside, uncopiedKey };
    },
  });
  return data;
}

async function checkpointText(signal: AbortSignal): Promise<string | undefined> {
  try {
    return await (await request("/log/checkpoint", { signal })).text();
  } catch (error) {
    if (error instanceof ApiProblem && error.status === 404) return undefined;
    throw error;
  }
}

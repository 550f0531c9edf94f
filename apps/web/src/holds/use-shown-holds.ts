import { useQueries } from "@tanstack/react-query";
import { useState } from "react";
import { requestJson } from "../api/request.ts";
import { HOLDS_KEY, type Hold } from "./hold.ts";

export interface ShownHolds {
  readonly holds: readonly Hold[];
  /** How many came since, and are not shown yet. */
  readonly fresh: number;
  /** How many of those that are shown are over. */
  readonly over: number;
  /** Shows what came, and puts away what is over. */
  readonly tidy: () => void;
}

/**
 * A list to press buttons in: nothing in it moves by itself while something in it can be decided. What comes waits above it,
 * and what is over stays where it was, with what became of it.
 */
export function useShownHolds(open: readonly Hold[]): ShownHolds {
  const [ids, setIds] = useState<readonly string[]>([]);
  const byId = new Map(open.map((hold) => [hold.id, hold]));
  const fresh = open.filter(({ id }) => !ids.includes(id)).map(({ id }) => id);
  const canDecide = ids.some((id) => byId.get(id)?.state === "requested");
  // React draws again at once, before anybody sees the list without them.
  if (fresh.length > 0 && !canDecide) setIds([...fresh, ...ids]);
  const gone = ids.filter((id) => !byId.has(id));
  const ended = useQueries({
    queries: gone.map((id) => ({
      queryKey: [HOLDS_KEY, "one", id],
      queryFn: () => requestJson<Hold>(`/api/holds/${encodeURIComponent(id)}`),
      staleTime: Number.POSITIVE_INFINITY,
    })),
  });
  gone.forEach((id, at) => {
    const hold = ended[at]?.data;
    if (hold !== undefined) byId.set(id, hold);
  });
  return {
    fresh: canDecide ? fresh.length : 0,
    holds: ids.flatMap((id) => byId.get(id) ?? []),
    over: gone.length,
    tidy: () => setIds(open.map(({ id }) => id)),
  };
}

import { useState } from "react";

interface Seen {
  readonly isOutdated: boolean;
  /** What is loaded next is all that there was when this was called. */
  readonly markSeen: () => void;
}

/**
 * Whether more was recorded than what was loaded. `lastAt` is the time of the latest record, as the session's own poll knows
 * it, and may be missing; times of two machines are never compared.
 */
export function useSeen(loadedAt: number, lastAt: string | undefined): Seen {
  const [seen, setSeen] = useState<string>();
  // The first that is known when the thread has come is taken as what the thread shows.
  if (seen === undefined && lastAt !== undefined && loadedAt > 0) setSeen(lastAt);
  return {
    isOutdated: seen !== undefined && lastAt !== undefined && lastAt > seen,
    markSeen: () => setSeen(lastAt),
  };
}

import { useSyncExternalStore } from "react";

/** Whether the reader made the list stand still: the switch is in the header, and what it stops is in the list. */
let isPaused = false;
const listeners = new Set<() => void>();

export function togglePaused(): void {
  isPaused = !isPaused;
  for (const listener of listeners) listener();
}

export function useIsPaused(): boolean {
  return useSyncExternalStore(subscribe, () => isPaused);
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

import { useSyncExternalStore } from "react";
import type { Connection } from "./follow-events.ts";

/** How the list that is on the screen hangs on the stream; undefined while no list is there. */
let current: Connection | undefined;
const listeners = new Set<() => void>();

export function setConnection(connection: Connection | undefined): void {
  current = connection;
  for (const listener of listeners) listener();
}

export function useConnection(): Connection | undefined {
  return useSyncExternalStore(subscribe, () => current);
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

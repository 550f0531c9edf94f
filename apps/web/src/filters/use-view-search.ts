import { useNavigate } from "@tanstack/react-router";
import { useCallback } from "react";
import { type ViewSearch, viewSearchOf } from "./view-search.ts";

export type ChangeViewSearch = (
  change: { readonly [Name in keyof ViewSearch]: string | undefined } | "clear",
  history: "push" | "replace",
) => void;

/** Changes the filters by changing the address; what is typed replaces it, so that "back" does not undo letters. */
export function useViewSearch(): ChangeViewSearch {
  const navigate = useNavigate();
  return useCallback<ChangeViewSearch>(
    (change, history) => {
      const search = (previous: Record<string, unknown>): ViewSearch =>
        change === "clear" ? {} : viewSearchOf({ ...previous, ...change });
      void navigate({ to: ".", search, replace: history === "replace" } as never);
    },
    [navigate],
  );
}

import { useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useEffect, useState, useSyncExternalStore } from "react";
import { forgetToken, onAccessChange, readToken } from "../api/access.ts";
import { SignInPage } from "./sign-in-page.tsx";
import { takeCode } from "./take-code.ts";

/** Shows the page to whoever has access, and the way to it to everybody else. */
export function Gate({
  code,
  children,
}: {
  readonly code: string | undefined;
  readonly children: ReactNode;
}): ReactNode {
  const token = useSyncExternalStore(onAccessChange, readToken);
  const [latestCode, setLatestCode] = useState(code);
  const queries = useQueryClient();

  useEffect(() => {
    // A link that is opened in a tab where the page is already open changes the fragment only.
    function onHashChange(): void {
      const found = takeCode();
      if (found === undefined) return;
      forgetToken(false);
      setLatestCode(found);
    }
    window.addEventListener("hashchange", onHashChange);
    return () => window.removeEventListener("hashchange", onHashChange);
  }, []);

  // What one access has seen is not for the next one.
  useEffect(() => {
    if (token === null) queries.clear();
  }, [token, queries]);

  return token === null ? <SignInPage code={latestCode} /> : children;
}

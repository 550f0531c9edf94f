import { useQueryClient } from "@tanstack/react-query";
import { lazy, type ReactNode, Suspense, useEffect, useState, useSyncExternalStore } from "react";
import { forgetAccess, onAccessChange, readAccess } from "../api/access.ts";
import { endsAccess, type Fragment, takeFragment } from "./fragment.ts";
import { SignInPage } from "./sign-in-page.tsx";

// Each is opened by a link, and seldom.
const InvitationPage = lazy(async () => ({
  default: (await import("./invitation-page.tsx")).InvitationPage,
}));
const DevicePage = lazy(async () => ({ default: (await import("./device-page.tsx")).DevicePage }));

const SsoPage = lazy(async () => ({ default: (await import("./sso-page.tsx")).SsoPage }));

interface GateProps {
  readonly fragment: Fragment | undefined;
  readonly children: ReactNode;
}

/** Shows the page to whoever has access, and the way to it to everybody else. */
export function Gate({ fragment, children }: GateProps): ReactNode {
  const access = useSyncExternalStore(onAccessChange, readAccess);
  const [latest, setLatest] = useState(fragment);
  const queries = useQueryClient();
  const done = () => setLatest(undefined);

  useEffect(() => {
    // A link that is opened in a tab where the page is already open changes the fragment only.
    function onHashChange(): void {
      const found = takeFragment();
      if (found === undefined) return;
      if (endsAccess(found)) forgetAccess(false);
      setLatest(found);
    }
    window.addEventListener("hashchange", onHashChange);
    return () => window.removeEventListener("hashchange", onHashChange);
  }, []);

  // What one access has seen is not for the next one.
  useEffect(() => {
    if (access === null) queries.clear();
  }, [access, queries]);

  if (latest?.kind === "invitation")
    return (
      <Suspense>
        <InvitationPage secret={latest.value} onDone={done} />
      </Suspense>
    );
  if (latest?.kind === "sso")
    return (
      <Suspense>
        <SsoPage answer={latest.value} onDone={done} />
      </Suspense>
    );
  if (access === null) return <SignInPage code={latest?.kind === "code" ? latest.value : undefined} />;
  if (latest?.kind === "device")
    return (
      <Suspense>
        <DevicePage code={latest.value} onDone={done} />
      </Suspense>
    );
  return children;
}

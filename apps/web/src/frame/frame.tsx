import { Outlet } from "@tanstack/react-router";
import { lazy, type ReactNode, Suspense, useState } from "react";
import { FreezeBanner } from "../freeze/freeze-banner.tsx";
import { useKeys } from "../keyboard/use-keys.ts";
import { togglePaused } from "../stream/pausing.ts";
import { Header } from "./header.tsx";

const ShortcutsDialog = lazy(() => import("../keyboard/shortcuts-dialog.tsx"));

/** What stands around every page. */
export function Frame(): ReactNode {
  const [isHelpOpen, setHelpOpen] = useState(false);
  useKeys({ "?": () => setHelpOpen(true), p: togglePaused });
  return (
    <div className="flex h-full flex-col">
      <Header onShortcuts={() => setHelpOpen(true)} />
      <FreezeBanner />
      <Outlet />
      {isHelpOpen && (
        <Suspense>
          <ShortcutsDialog onClose={() => setHelpOpen(false)} />
        </Suspense>
      )}
    </div>
  );
}

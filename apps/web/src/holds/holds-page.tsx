import { pageText } from "@custody/messages";
import { Link, useSearch } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { OpenHolds } from "./open-holds.tsx";
import { PastHolds } from "./past-holds.tsx";

/** Where people decide. */
export function HoldsPage(): ReactNode {
  const { state } = useSearch({ strict: false }) as { readonly state?: string };
  const isPast = state === "all";
  return (
    <main className="min-h-0 flex-1 overflow-auto" data-scrolls>
      <div className="mx-auto max-w-3xl px-6 py-6 max-sm:px-3 max-sm:py-3">
        <div className="flex flex-wrap items-end gap-4">
          <div className="me-auto">
            <h1 className="text-xl font-semibold tracking-tight">{pageText("holds.title")}</h1>
            <p className="text-ink-soft">{pageText("holds.lead")}</p>
          </div>
          <nav aria-label={pageText("holds.tabs")} className="flex gap-1">
            <Link to={"/holds" as string} className="nav-link" data-here={!isPast || undefined}>
              {pageText("holds.waiting")}
            </Link>
            <Link
              to={"/holds" as string}
              search={{ state: "all" } as never}
              className="nav-link"
              data-here={isPast || undefined}
            >
              {pageText("holds.history")}
            </Link>
          </nav>
        </div>
        {isPast ? <PastHolds /> : <OpenHolds />}
      </div>
    </main>
  );
}

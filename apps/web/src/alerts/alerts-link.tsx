import { pagePlural, pageText } from "@custody/messages";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { formatCount } from "../text/format.ts";
import { useOpenAlerts } from "./use-open-alerts.ts";

/** Leads to the alerts, and says on every page how many nobody has seen. Their place does not change size. */
export function AlertsLink({ isHere }: { readonly isHere: boolean }): ReactNode {
  const open = useOpenAlerts();
  return (
    <Link
      to={"/alerts" as string}
      className="nav-link inline-flex items-center gap-1.5"
      data-here={isHere || undefined}
    >
      {pageText("nav.alerts")}
      <span
        className={`badge min-w-5 justify-center tabular-nums ${open === 0 ? "invisible" : "bg-bad-ground text-bad"}`}
        data-open-alerts={open}
      >
        <span aria-hidden>{open > 99 ? "99+" : formatCount(open)}</span>
        <span className="sr-only" aria-live="polite">
          {open === 0 ? "" : pagePlural("alerts.open", open)}
        </span>
      </span>
    </Link>
  );
}

import { pagePlural, pageText } from "@custody/messages";
import { Link } from "@tanstack/react-router";
import { type ReactNode, useEffect } from "react";
import { formatCount } from "../text/format.ts";
import { useOpenHolds } from "./use-open-holds.ts";

/** Leads to the inbox, and says on every page, and in its title, how many wait. Their place does not change size. */
export function HoldsLink({ isHere }: { readonly isHere: boolean }): ReactNode {
  const { data } = useOpenHolds();
  const open = data?.holds.filter(({ state }) => state === "requested").length ?? 0;
  const count = open > 99 ? "99+" : formatCount(open);
  useEffect(() => {
    document.title = open === 0 ? pageText("page.title") : pageText("page.title-waiting", { count });
  }, [count, open]);
  return (
    <Link
      to={"/holds" as string}
      className="nav-link inline-flex items-center gap-1.5"
      data-here={isHere || undefined}
    >
      {pageText("nav.holds")}
      <span
        className={`badge min-w-5 justify-center tabular-nums ${open === 0 ? "invisible" : "bg-bad-ground text-bad"}`}
        data-open-holds={open}
      >
        <span aria-hidden>{count}</span>
        <span className="sr-only" aria-live="polite">
          {open === 0 ? "" : pagePlural("holds.count", open)}
        </span>
      </span>
    </Link>
  );
}

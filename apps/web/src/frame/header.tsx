import { pageText } from "@custody/messages";
import { Link, useLocation } from "@tanstack/react-router";
import { Keyboard, LogOut } from "lucide-react";
import type { ReactNode } from "react";
import { AlertsLink } from "../alerts/alerts-link.tsx";
import { FreezeButton } from "../freeze/freeze-button.tsx";
import { HoldsLink } from "../holds/holds-link.tsx";
import { signOut } from "../sign-in/sign-in.ts";
import mark from "../theme/mark.svg";
import { ThemeSwitch } from "../theme/theme-switch.tsx";
import { ConnectionMark } from "./connection-mark.tsx";
import { IconButton } from "./icon-button.tsx";
import { LedgerStateView } from "./ledger-state.tsx";
import { OutsideStateView } from "./outside-state.tsx";
import { SignedInAs } from "./signed-in-as.tsx";

export function Header({ onShortcuts }: { readonly onShortcuts: () => void }): ReactNode {
  const { pathname } = useLocation();
  const here = /^\/(sessions|costs|holds|alerts|tables|policy|people)/.exec(pathname)?.[1] ?? "activity";
  return (
    <header className="flex min-h-(--header-height) shrink-0 items-center gap-5 border-b border-line bg-surface px-4 max-[1900px]:flex-wrap max-[1900px]:gap-x-2 max-[1900px]:gap-y-0 max-[1900px]:px-2">
      <Link to="/" className="flex items-center gap-2 rounded-md font-semibold tracking-tight">
        <img src={mark} alt="" width={22} height={22} />
        <span className="text-[15px] max-sm:sr-only">{pageText("page.title")}</span>
      </Link>
      <nav
        aria-label={pageText("nav.label")}
        className="flex gap-1 max-[1900px]:order-last max-[1900px]:basis-full max-[1900px]:overflow-x-auto max-[1900px]:pb-1"
      >
        <Link to="/" className="nav-link" data-here={here === "activity" || undefined}>
          {pageText("nav.activity")}
        </Link>
        <Link
          to={"/sessions" as string}
          className="nav-link"
          data-here={here === "sessions" || here === "costs" || undefined}
        >
          {pageText("nav.sessions")}
        </Link>
        <HoldsLink isHere={here === "holds"} />
        <AlertsLink isHere={here === "alerts"} />
        <Link to="/tables" className="nav-link" data-here={here === "tables" || undefined}>
          {pageText("nav.tables")}
        </Link>
        <Link to={"/policy" as string} className="nav-link" data-here={here === "policy" || undefined}>
          {pageText("nav.policy")}
        </Link>
        <Link to={"/people" as string} className="nav-link" data-here={here === "people" || undefined}>
          {pageText("nav.people")}
        </Link>
      </nav>
      <div className="ms-auto flex items-center gap-4 max-sm:gap-1">
        <LedgerStateView />
        <OutsideStateView />
        <ConnectionMark />
        <SignedInAs />
        <div className="flex items-center">
          <FreezeButton />
          <ThemeSwitch />
          <IconButton label={pageText("header.shortcuts")} isForKeyboards onPress={onShortcuts}>
            <Keyboard size={16} aria-hidden />
          </IconButton>
          <IconButton label={pageText("header.sign-out")} onPress={() => void signOut()}>
            <LogOut size={16} aria-hidden className="rtl:-scale-x-100" />
          </IconButton>
        </div>
      </div>
    </header>
  );
}

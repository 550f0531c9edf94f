import { pageText } from "@custody/messages";
import { Link, useLocation } from "@tanstack/react-router";
import { Keyboard, LogOut } from "lucide-react";
import type { ReactNode } from "react";
import { AlertsLink } from "../alerts/alerts-link.tsx";
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
  const isAlerts = pathname.startsWith("/alerts");
  const isTables = pathname.startsWith("/tables");
  return (
    <header className="flex h-(--header-height) shrink-0 items-center gap-5 border-b border-line bg-surface px-4 max-sm:gap-2 max-sm:px-2">
      <Link to="/" className="flex items-center gap-2 rounded-md font-semibold tracking-tight">
        <img src={mark} alt="" width={22} height={22} />
        <span className="text-[15px] max-sm:sr-only">{pageText("page.title")}</span>
      </Link>
      <nav aria-label={pageText("nav.label")} className="flex gap-1">
        <Link to="/" className="nav-link" data-here={(!isTables && !isAlerts) || undefined}>
          {pageText("nav.activity")}
        </Link>
        <Link to="/tables" className="nav-link" data-here={isTables || undefined}>
          {pageText("nav.tables")}
        </Link>
        <AlertsLink isHere={isAlerts} />
      </nav>
      <div className="ms-auto flex items-center gap-4 max-sm:gap-1">
        <LedgerStateView />
        <OutsideStateView />
        <ConnectionMark />
        <SignedInAs />
        <div className="flex items-center">
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

import { escapeText, pageText } from "@custody/messages";
import { Eye, EyeOff, ShieldAlert } from "lucide-react";
import type { ReactNode } from "react";
import { formatCount } from "../text/format.ts";
import { type OutsidePlace, useLedgerState } from "./use-ledger-state.ts";

/**
 * Whether copies of checkpoints are kept outside this machine, as the server says. Without one, whoever has the ledger's
 * keys could rewrite it, and the page must not look as if that were otherwise.
 */
export function OutsideStateView(): ReactNode {
  const state = useLedgerState();
  const places = state?.outside ?? [];
  const isContradicted = places.some(({ failure }) => failure?.isContradiction === true);
  // An authority that says what time it is keeps nothing: what it gave lies beside the ledger.
  const isKept = places.some(({ kept, kind }) => kept !== null && kind !== "timestamp");
  const isFailing = places.some(({ failure }) => failure !== null);
  const Icon = isContradicted ? ShieldAlert : isKept ? Eye : EyeOff;
  const colour = isContradicted ? "text-bad" : isFailing ? "text-caution" : "text-ink-soft";
  const key = isContradicted
    ? "header.outside-contradicted"
    : !isKept
      ? "header.outside-none"
      : isFailing
        ? "header.outside-failing"
        : "header.outside-kept";
  return (
    <span
      className={`hidden items-center gap-1.5 xl:flex min-[1700px]:min-w-44 ${colour} ${state === undefined ? "invisible" : ""}`}
      title={titleOf(places, isKept)}
    >
      <Icon size={14} aria-hidden />
      {/* Where there is little room the mark alone says it; that something is wrong is always said in words. */}
      <span className={isContradicted ? "" : "max-[1699px]:sr-only"}>{pageText(key)}</span>
    </span>
  );
}

function titleOf(places: readonly OutsidePlace[], isKept: boolean): string {
  const lines = places.map(({ failure, kept, kind, name }) => {
    const place = escapeText(`${kind} ${name}`);
    const has =
      kept === null
        ? pageText("header.outside-place-none", { place })
        : pageText("header.outside-place", { place, size: formatCount(kept.size), time: kept.time });
    return failure === null ? has : `${has} — ${escapeText(failure.message)}`;
  });
  return [...(isKept ? [] : [pageText("header.outside-none-title")]), ...lines].join("\n");
}

import { escapeText, pagePlural, pageText } from "@custody/messages";
import { Database, KeyRound, ShieldCheck } from "lucide-react";
import type { ReactNode } from "react";
import { formatAge, formatCount } from "../text/format.ts";
import { useLedgerState } from "./use-ledger-state.ts";

/** How much the ledger holds, and how much of it the newest checkpoint has signed. Its places do not change size. */
export function LedgerStateView(): ReactNode {
  const state = useLedgerState();
  const { checkpoint, size = 0 } = state ?? {};
  const unsigned = checkpoint === undefined ? 0 : size - checkpoint.size;
  const title =
    checkpoint &&
    pageText("header.checkpoint-title", {
      age: formatAge(Date.now() - checkpoint.seenMs),
      size: formatCount(checkpoint.size),
      origin: escapeText(checkpoint.origin),
    });
  return (
    <div
      className={`hidden items-center gap-4 whitespace-nowrap text-ink-soft tabular-nums lg:flex ${state === undefined ? "invisible" : ""}`}
    >
      {/* Its place is always there: a sentence that comes and goes would move the header, and break its lines. */}
      <span
        className={`flex items-center gap-1.5 text-caution ${state?.uncopiedKey === undefined ? "invisible" : ""}`}
        title={pageText("header.key-uncopied-title", { generation: state?.uncopiedKey ?? 0 })}
      >
        <KeyRound size={14} aria-hidden />
        <span className="max-xl:sr-only">{pageText("header.key-uncopied")}</span>
      </span>
      <span className="flex min-w-32 items-center gap-1.5" title={pageText("header.entries-title")}>
        <Database size={14} aria-hidden />
        {pagePlural("header.entries", size)}
      </span>
      <span className="flex min-w-40 items-center gap-1.5" title={title}>
        <ShieldCheck size={14} aria-hidden />
        {checkpoint === undefined
          ? pageText("header.checkpoint-none")
          : unsigned > 0
            ? pagePlural("header.unsigned", unsigned)
            : pageText("header.signed")}
      </span>
    </div>
  );
}

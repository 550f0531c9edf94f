import { pagePlural, pageText } from "@custody/messages";
import type { ReactNode } from "react";
import { problemText } from "../api/problem-text.ts";
import { Notice } from "../frame/notice.tsx";
import { HoldCard } from "./hold-card.tsx";
import { useActiveHold } from "./use-active-hold.ts";
import { useOpenHolds } from "./use-open-holds.ts";
import { useShownHolds } from "./use-shown-holds.ts";

/** What waits, newest first. */
export function OpenHolds(): ReactNode {
  const open = useOpenHolds();
  const { fresh, holds, over, tidy } = useShownHolds(open.data?.holds ?? []);
  const active = useActiveHold(holds);
  return (
    <>
      <div className="flex h-9 items-center" aria-live="polite">
        {fresh + over > 0 && (
          <button type="button" className="link-button" onClick={tidy}>
            {fresh > 0 ? pagePlural("holds.new", fresh) : pagePlural("holds.tidy", over)}
          </button>
        )}
      </div>
      {open.isError && <Notice title={pageText("holds.failed", { reason: problemText(open.error) })} />}
      {open.isSuccess && holds.length === 0 && (
        <Notice title={pageText("holds.none")}>{pageText("holds.none-hint")}</Notice>
      )}
      <ul className="flex flex-col gap-4" aria-label={pageText("holds.waiting")}>
        {holds.map((hold) => (
          <HoldCard key={hold.id} hold={hold} isActive={hold.id === active} />
        ))}
      </ul>
    </>
  );
}

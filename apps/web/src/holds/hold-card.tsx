import { pageText, reveal } from "@custody/messages";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { formatMoment } from "../text/format.ts";
import { Countdown } from "./countdown.tsx";
import { headlineOf } from "./headline.ts";
import { type Hold, shownOf } from "./hold.ts";
import { HoldAnswer } from "./hold-answer.tsx";
import { HoldFacts } from "./hold-facts.tsx";
import { HoldImpact } from "./hold-impact.tsx";
import { HoldPrompt } from "./hold-prompt.tsx";
import { HoldSample } from "./hold-sample.tsx";
import { HoldStatements } from "./hold-statements.tsx";

interface HoldCardProps {
  readonly hold: Hold;
  readonly isActive?: boolean;
}

const TONES: Readonly<Record<Hold["state"], string>> = {
  requested: "bg-running-ground text-running",
  granted: "bg-good-ground text-good",
  consumed: "bg-good-ground text-good",
  refused: "bg-bad-ground text-bad",
  expired: "bg-quiet-ground text-quiet",
  withdrawn: "bg-quiet-ground text-quiet",
};

/** All that somebody needs to decide, from what it would do down to the two buttons. */
export function HoldCard({ hold, isActive }: HoldCardProps): ReactNode {
  const shown = shownOf(hold);
  const headline = headlineOf(shown);
  const isOpen = hold.state === "requested";
  return (
    <li>
      <article
        aria-labelledby={`hold-${hold.id}`}
        data-hold={hold.id}
        data-state={hold.state}
        data-active={isActive || undefined}
        tabIndex={-1}
        className="flex flex-col gap-3 rounded-lg border border-line bg-surface px-4 py-3 outline-offset-2 data-active:border-accent data-[state=requested]:border-line-strong max-sm:px-3"
      >
        <div className="flex items-center justify-between gap-3">
          <span className={`badge ${TONES[hold.state]}`}>{pageText(`holds.state.${hold.state}`)}</span>
          {isOpen ? (
            <Countdown until={hold.expiresAt} />
          ) : (
            <time className="text-ink-soft" dateTime={hold.requestedAt}>
              {formatMoment(hold.requestedAt)}
            </time>
          )}
        </div>
        <h2 id={`hold-${hold.id}`} className="text-[15px] leading-5 font-semibold wrap-anywhere">
          {headline}
        </h2>
        <HoldImpact shown={shown} />
        {isOpen && shown.rows !== undefined && <HoldSample hold={hold} digest={shown.rows} />}
        <HoldStatements shown={shown} />
        {isOpen && <HoldPrompt hold={hold} />}
        <HoldFacts hold={hold} shown={shown} />
        {isOpen ? (
          // Of another text, nothing that was pressed before counts.
          <HoldAnswer
            key={hold.text}
            hold={hold}
            headline={headline}
            isGrave={shown.target.environment === "production"}
          />
        ) : (
          <Ending hold={hold} />
        )}
      </article>
    </li>
  );
}

/** What became of it. */
function Ending({ hold: { action, agreed, reason, state } }: { readonly hold: Hold }): ReactNode {
  const names = agreed.map(({ name }) => reveal(name).text).join(", ");
  return (
    <p className="flex flex-wrap gap-x-3 border-t border-line pt-2 wrap-anywhere">
      <strong>{pageText(`holds.state.${state}`)}</strong>
      {names !== "" && <span>{pageText("holds.ended-by", { names })}</span>}
      {reason !== null && <span>{pageText("holds.ended-why", { reason: reveal(reason).text })}</span>}
      <Link to={"/records/$id" as string} params={{ id: action } as never} className="link-button">
        {pageText("holds.record")}
      </Link>
    </p>
  );
}

import { pageText } from "@custody/messages";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { formatMoment, formatUtc } from "../text/format.ts";
import { Recorded } from "../text/recorded.tsx";
import { EffectMark } from "./effect-mark.tsx";
import type { Difference } from "./policy.ts";

/** A statement that would have gone otherwise, and the way to its record. */
export function DifferenceLine({ difference }: { readonly difference: Difference }): ReactNode {
  const { agent, index, statement, target, time, was, would } = difference;
  const moment = formatMoment(time);
  return (
    <li data-difference={index} className="rounded-lg border border-line bg-surface px-4 py-2">
      <p className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <EffectMark effect={was.effect} />
        <span aria-hidden>→</span>
        <EffectMark effect={would.effect} />
        <span className="font-mono wrap-anywhere">
          <Recorded text={would.rule} />
        </span>
        <Link
          to={"/records/$id" as string}
          params={{ id: String(index) } as never}
          className="link-button ms-auto"
          title={pageText("feed.utc", { time: formatUtc(time) })}
          aria-label={pageText("policy.difference-open", { time: moment })}
        >
          {moment}
        </Link>
      </p>
      <p className="text-ink-soft">
        <Recorded text={agent} /> · <Recorded text={target} />
      </p>
      <p className="font-mono text-[12.5px] wrap-anywhere">
        <Recorded text={statement} isCode />
      </p>
    </li>
  );
}

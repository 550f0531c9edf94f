import { pagePlural, pageText } from "@custody/messages";
import type { ReactNode } from "react";
import { Button } from "react-aria-components/Button";
import { formatMoment } from "../text/format.ts";
import { ChangeTable } from "./change-table.tsx";
import { DifferenceLine } from "./difference-line.tsx";
import type { FoundReplay, ReplayHandle } from "./use-replay.ts";

/** What would have gone otherwise: how many in which way, and which. */
export function ReplayResult({
  found,
  replay,
}: {
  readonly found: FoundReplay;
  readonly replay: ReplayHandle;
}): ReactNode {
  const { asked, byChange, differing, inDoubt, isComplete, next, page, reached, unasked } = found;
  return (
    <section aria-labelledby="policy-replayed" className="mt-6" data-replayed={differing}>
      <h3 id="policy-replayed" className="text-[15px] font-semibold">
        {pageText("policy.replayed")}
      </h3>
      <div role="status">
        <p className="font-medium">
          {pagePlural("policy.asked", asked)}
          {": "}
          {differing === 0 ? pageText("policy.same") : pagePlural("policy.differing", differing)}
        </p>
        {!isComplete && reached !== null && (
          <p className="text-bad">{pageText("policy.reached", { time: formatMoment(reached.time) })}</p>
        )}
      </div>
      <p className="text-ink-soft">
        {inDoubt > 0 && `${pagePlural("policy.in-doubt", inDoubt)} `}
        {unasked > 0 && `${pagePlural("policy.unasked", unasked)} `}
        {pageText("policy.unknowable")}
      </p>
      {byChange.length > 0 && <ChangeTable changes={byChange} />}
      {page.length > 0 && (
        <ul aria-label={pageText("policy.differences")} className="mt-4 flex flex-col gap-2">
          {page.map((difference) => (
            <DifferenceLine key={difference.index} difference={difference} />
          ))}
        </ul>
      )}
      {next !== null && (
        <Button
          className="plain-button mt-4"
          isDisabled={replay.isRunning}
          onPress={() => void replay.more()}
        >
          {pageText("policy.more")}
        </Button>
      )}
    </section>
  );
}

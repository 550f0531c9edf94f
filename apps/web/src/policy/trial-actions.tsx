import { type PageKey, pagePlural, pageText } from "@custody/messages";
import { type ReactNode, useState } from "react";
import { Button } from "react-aria-components/Button";
import type { ReplayHandle } from "./use-replay.ts";

const HOUR_MS = 3_600_000;

const SPANS: readonly (readonly [PageKey, number])[] = [
  ["policy.since.hour", HOUR_MS],
  ["policy.since.day", 24 * HOUR_MS],
  ["policy.since.week", 7 * 24 * HOUR_MS],
  ["policy.since.month", 30 * 24 * HOUR_MS],
];

interface TrialActionsProps {
  readonly isChanged: boolean;
  readonly isChecking: boolean;
  readonly replay: ReplayHandle;
  readonly onCheck: () => void;
  /** From so many milliseconds ago. */
  readonly onReplay: (sinceMs: number) => void;
  readonly onReset: () => void;
}

/** What can be done with the text; below it always stands one line that says how far that is. */
export function TrialActions(props: TrialActionsProps): ReactNode {
  const { isChanged, isChecking, onCheck, onReplay, onReset, replay } = props;
  const [span, setSpan] = useState(2);
  return (
    <>
      <div className="mt-3 flex flex-wrap items-center gap-3">
        <Button className="primary-button" isDisabled={isChecking} onPress={onCheck}>
          {pageText("policy.check")}
        </Button>
        <select
          className="field"
          aria-label={pageText("policy.replay-since")}
          value={span}
          onChange={(event) => setSpan(Number(event.target.value))}
        >
          {SPANS.map(([key], at) => (
            <option key={key} value={at}>
              {pageText(key)}
            </option>
          ))}
        </select>
        <Button
          className="plain-button h-9 min-w-24"
          onPress={() => (replay.isRunning ? replay.stop() : onReplay(SPANS[span]?.[1] ?? HOUR_MS))}
        >
          {pageText(replay.isRunning ? "policy.stop" : "policy.replay")}
        </Button>
        <Button className="plain-button h-9" isDisabled={!isChanged} onPress={onReset}>
          {pageText("policy.reset")}
        </Button>
      </div>
      <p className="my-2 min-h-5 tabular-nums text-ink-soft" role="status">
        {isChecking ? pageText("policy.checking") : progressText(replay)}
      </p>
    </>
  );
}

function progressText({ isRunning, isStopped, progress }: ReplayHandle): string {
  if (isStopped) return pageText("policy.stopped");
  if (!isRunning) return "";
  const { asked, index, size } = progress ?? { asked: 0, index: 0, size: 1 };
  return pagePlural("policy.replaying", asked, { percent: Math.floor((100 * index) / Math.max(1, size)) });
}

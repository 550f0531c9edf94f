import { type PageKey, pageText, reveal } from "@custody/messages";
import { type FormEvent, type ReactNode, useEffect, useRef, useState } from "react";
import type { Hold } from "./hold.ts";
import { decisionProblem, useDecide } from "./use-decide.ts";

interface HoldAnswerProps {
  readonly hold: Hold;
  readonly headline: string;
  /** A yes is asked for twice, in the same place, since nothing may hide what is decided about. */
  readonly isGrave: boolean;
}

/** Longer than between the two clicks of a double click, which is no second thought. */
const ARMED_AFTER_MS = 500;
const ARMED_FOR_MS = 6_000;

/** The human's answer: yes, or no with a reason. */
export function HoldAnswer({ headline, hold, isGrave }: HoldAnswerProps): ReactNode {
  const [isDenying, setDenying] = useState(false);
  const decide = useDecide(hold);
  const approve = useArmed(isGrave, () => decide.mutate({ verdict: "approve" }));
  const { hindrance, project } = hold;
  return (
    <div className="flex flex-col gap-2">
      {hindrance !== null && (
        <p className="text-caution">
          {pageText(`holds.hindrance.${hindrance}`, { project: reveal(project).text })}
        </p>
      )}
      <p role="alert" className="text-bad empty:hidden">
        {decide.isError && decisionProblem(decide.error)}
      </p>
      {hindrance !== "not-permitted" &&
        (isDenying ? (
          <DenyForm
            isBusy={decide.isPending}
            onCancel={() => setDenying(false)}
            onDeny={(reason) => decide.mutate({ reason, verdict: "deny" })}
          />
        ) : (
          <div className="grid grid-cols-2 gap-3 sm:flex">
            {hindrance === null && (
              <button
                type="button"
                data-does="approve"
                data-armed={approve.isArmed || undefined}
                disabled={decide.isPending}
                aria-label={pageText(approve.isArmed ? "holds.approve-again-label" : "holds.approve-label", {
                  what: headline,
                })}
                onClick={approve.press}
                className={`answer-button ${approve.isArmed ? "bg-bad-strong text-bad-strong-ink" : "bg-accent text-accent-ink"}`}
              >
                {pageText(approveText(decide.isPending, approve.isArmed))}
              </button>
            )}
            <button
              type="button"
              data-does="deny"
              disabled={decide.isPending}
              aria-label={pageText("holds.deny-label", { what: headline })}
              onClick={() => setDenying(true)}
              className="answer-button border border-line-strong bg-surface"
            >
              {pageText("holds.deny")}
            </button>
          </div>
        ))}
      <span className="sr-only" aria-live="assertive">
        {approve.isArmed && pageText("holds.approve-again")}
      </span>
    </div>
  );
}

function approveText(isBusy: boolean, isArmed: boolean): PageKey {
  if (isBusy) return "holds.sending";
  return isArmed ? "holds.approve-again" : "holds.approve";
}

/** A press that counts only after another one, a moment before it. */
function useArmed(isGrave: boolean, act: () => void): { isArmed: boolean; press: () => void } {
  const [isArmed, setArmed] = useState(false);
  const since = useRef(0);
  useEffect(() => {
    if (!isArmed) return;
    const timer = setTimeout(() => setArmed(false), ARMED_FOR_MS);
    return () => clearTimeout(timer);
  }, [isArmed]);
  function press(): void {
    const now = performance.now();
    if (isGrave && !isArmed) {
      since.current = now;
      return setArmed(true);
    }
    if (isGrave && now - since.current < ARMED_AFTER_MS) return;
    setArmed(false);
    act();
  }
  return { isArmed, press };
}

interface DenyFormProps {
  readonly isBusy: boolean;
  readonly onCancel: () => void;
  readonly onDeny: (reason: string) => void;
}

function DenyForm({ isBusy, onCancel, onDeny }: DenyFormProps): ReactNode {
  const [reason, setReason] = useState("");
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => field.current?.focus(), []);
  function submit(event: FormEvent): void {
    event.preventDefault();
    if (reason.trim() !== "") onDeny(reason.trim());
  }
  return (
    <form onSubmit={submit} className="flex flex-col gap-2">
      <label className="flex flex-col gap-1 text-ink-soft">
        {pageText("holds.deny-reason")}
        <input
          ref={field}
          className="field w-full"
          value={reason}
          maxLength={1000}
          required
          autoComplete="off"
          onChange={(event) => setReason(event.target.value)}
          onKeyDown={(event) => event.key === "Escape" && onCancel()}
        />
      </label>
      <div className="grid grid-cols-2 gap-3 sm:flex">
        <button type="submit" disabled={isBusy} className="answer-button bg-accent text-accent-ink">
          {pageText(isBusy ? "holds.sending" : "holds.deny-send")}
        </button>
        <button
          type="button"
          onClick={onCancel}
          className="answer-button border border-line-strong bg-surface"
        >
          {pageText("holds.deny-cancel")}
        </button>
      </div>
    </form>
  );
}

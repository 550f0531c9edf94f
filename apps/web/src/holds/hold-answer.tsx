import { pageText, reveal } from "@custody/messages";
import { type ReactNode, useState } from "react";
import { DenyForm } from "./deny-form.tsx";
import type { Hold } from "./hold.ts";
import { SigningNote } from "./signing-note.tsx";
import { useArmed } from "./use-armed.ts";
import { decisionProblem, useDecide } from "./use-decide.ts";
import { useSigning } from "./use-signing.ts";

interface HoldAnswerProps {
  readonly hold: Hold;
  readonly headline: string;
  /** A yes is asked for twice, in the same place, since nothing may hide what is decided about. */
  readonly isGrave: boolean;
}

/** The human's answer: yes, signed with a passkey where that is asked for or chosen, or no with a reason. */
export function HoldAnswer({ headline, hold, isGrave }: HoldAnswerProps): ReactNode {
  const [isDenying, setDenying] = useState(false);
  const [isChosen, setChosen] = useState(false);
  const { hindrance, project } = hold;
  const isDemanded = hindrance === "passkey";
  const mayApprove = hindrance === null || isDemanded;
  const signing = useSigning(mayApprove);
  const signer = isDemanded || isChosen ? signing?.signer : undefined;
  const decide = useDecide(hold);
  const approve = useArmed(isGrave, () => decide.mutate({ verdict: "approve", ...(signer && { signer }) }));
  const asking = approve.isArmed ? "holds.approve-again" : signer ? "holds.approve-signed" : "holds.approve";
  return (
    <div className="flex flex-col gap-2">
      {!mayApprove && (
        <p className="text-caution">
          {pageText(`holds.hindrance.${hindrance}`, { project: reveal(project).text })}
        </p>
      )}
      {mayApprove && signing !== undefined && (
        <SigningNote isChosen={isChosen} isDemanded={isDemanded} onChoose={setChosen} signing={signing} />
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
            {(hindrance === null || signer !== undefined) && (
              <button
                type="button"
                data-does="approve"
                data-armed={approve.isArmed || undefined}
                disabled={decide.isPending}
                aria-label={pageText(`${asking}-label`, { what: headline })}
                onClick={approve.press}
                className={`answer-button ${approve.isArmed ? "bg-bad-strong text-bad-strong-ink" : "bg-accent text-accent-ink"}`}
              >
                {pageText(decide.isPending ? (signer ? "holds.signing" : "holds.sending") : asking)}
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

import { pageText } from "@custody/messages";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useRef, useState } from "react";
import { problemText } from "../api/problem-text.ts";
import { requestJson } from "../api/request.ts";
import { CheckResult } from "./check-result.tsx";
import { HowToForce } from "./how-to-force.tsx";
import type { Checked, Mistake } from "./policy.ts";
import { PolicyText } from "./policy-text.tsx";
import { ReplayResult } from "./replay-result.tsx";
import { TrialActions } from "./trial-actions.tsx";
import { useReplay } from "./use-replay.ts";

const DRAFT_KEY = ["policy-draft"];
const NO_MISTAKES: readonly Mistake[] = [];

interface PolicyTrialProps {
  readonly origin: string;
  /** What is in force. */
  readonly text: string;
}

/** A copy of the policy to be changed, checked and replayed. It is kept for a while when somebody follows a link. */
export function PolicyTrial({ origin, text }: PolicyTrialProps): ReactNode {
  const queries = useQueryClient();
  const [draft, setDraft] = useState(() => queries.getQueryData<string>(DRAFT_KEY) ?? text);
  const field = useRef<HTMLTextAreaElement>(null);
  const check = useMutation({
    mutationFn: (asked: string) => requestJson<Checked>("/api/policy/check", { body: { text: asked } }),
  });
  const replay = useReplay();
  const change = (next: string) => {
    setDraft(next);
    queries.setQueryData(DRAFT_KEY, next);
  };
  // What was found is about the text that was sent.
  const checked = check.isSuccess && check.variables === draft ? check.data : undefined;
  return (
    <section aria-labelledby="policy-try">
      <h2 id="policy-try" className="text-[15px] font-semibold">
        {pageText("policy.try")}
      </h2>
      <p className="mb-2 text-ink-soft">{pageText("policy.try-lead")}</p>
      <PolicyText field={field} text={draft} mistakes={checked?.mistakes ?? NO_MISTAKES} onChange={change} />
      <TrialActions
        isChanged={draft !== text}
        isChecking={check.isPending}
        replay={replay}
        onCheck={() => check.mutate(draft)}
        onReplay={(sinceMs) => void replay.begin(draft, sinceMs)}
        onReset={() => change(text)}
      />
      <HowToForce origin={origin} />
      <div role="alert" className="text-bad empty:hidden">
        {check.isError && pageText("policy.not-checked", { reason: problemText(check.error) })}
        {replay.error !== undefined && pageText("policy.not-replayed", { reason: problemText(replay.error) })}
      </div>
      {checked && (
        <CheckResult checked={checked} onMistake={(mistake) => goTo(field.current, draft, mistake)} />
      )}
      {replay.found && <ReplayResult replay={replay} found={replay.found} />}
    </section>
  );
}

/** Puts the cursor where a mistake is, and lets the line be seen. */
function goTo(field: HTMLTextAreaElement | null, text: string, { column, line }: Mistake): void {
  if (field === null) return;
  const before = text.split("\n").slice(0, line - 1);
  const at = before.reduce((length, each) => length + each.length + 1, 0) + column - 1;
  field.focus();
  field.setSelectionRange(at, at);
  const lineHeight = Number.parseFloat(getComputedStyle(field).lineHeight);
  field.scrollTop = Math.max(0, (line - 4) * lineHeight);
}

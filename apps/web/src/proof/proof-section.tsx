import { escapeText, pageText } from "@custody/messages";
import { Check, Clock, Download, X } from "lucide-react";
import type { ReactNode } from "react";
import { Button } from "react-aria-components/Button";
import { Section } from "../detail/section.tsx";
import { formatCount } from "../text/format.ts";
import { Recorded } from "../text/recorded.tsx";
import type { StepName, StepState } from "./check-proof.ts";
import { downloadReceipt } from "./download-receipt.ts";
import { verdictOf } from "./proof-verdict.ts";
import type { CheckedRecord } from "./use-checked-record.ts";
import { VerdictMark } from "./verdict-mark.tsx";

const STEPS: readonly StepName[] = ["payload", "answer", "identity", "inclusion", "signature"];

/** What this browser checked, step by step, and what of it holds. */
export function ProofSection({ checked }: { readonly checked: CheckedRecord }): ReactNode {
  const { check, detail, pinning } = checked;
  const { receipt, verifierKey } = detail.proof;
  const verdict = verdictOf(checked);
  const params = {
    index: formatCount(detail.index),
    size: check?.checkpoint === undefined ? "…" : formatCount(check.checkpoint.size),
    key: escapeText(verifierKey.split("+").slice(0, 2).join("+")),
  };
  return (
    <Section title={pageText("proof.title")} aside={<VerdictMark verdict={verdict} />}>
      {verdict !== "verified" && <p className="mb-2 text-ink-soft">{pageText(`proof.${verdict}-hint`)}</p>}
      {check !== undefined && (
        <ul className="flex flex-col gap-1">
          {STEPS.map((name) => (
            <Step key={name} name={name} state={check.steps[name]}>
              {pageText(`proof.step.${name}`, params)}
            </Step>
          ))}
          <Step name="key" state={pinning.state === "changed" ? "failed" : "passed"}>
            {pageText(pinning.state === "first" ? "proof.key-first" : "proof.step.key")}
          </Step>
        </ul>
      )}
      <p className="mt-3 font-mono text-[11.5px] text-ink-faint [overflow-wrap:anywhere]">
        <Recorded text={verifierKey} />
      </p>
      <p className="mt-2 text-[12px] text-ink-faint">{pageText("proof.limits")}</p>
      {receipt !== null && (
        <Button className="plain-button mt-3" onPress={() => downloadReceipt(receipt, detail.index)}>
          <Download size={14} aria-hidden />
          {pageText("proof.receipt")}
        </Button>
      )}
    </Section>
  );
}

interface StepProps {
  readonly name: string;
  readonly state: StepState;
  readonly children: ReactNode;
}

const LOOKS = {
  passed: [Check, "text-good"],
  failed: [X, "text-bad"],
  waiting: [Clock, "text-ink-faint"],
} as const;

function Step({ name, state, children }: StepProps): ReactNode {
  const [Icon, tone] = LOOKS[state];
  return (
    <li data-step={name} data-state={state} className="flex items-start gap-2">
      <Icon size={15} aria-hidden className={`mt-px shrink-0 ${tone}`} />
      <span className={state === "failed" ? "font-medium text-bad" : ""}>
        {children}
        <span className="sr-only">: {pageText(`proof.state.${state}`)}</span>
      </span>
    </li>
  );
}

import { pageText } from "@custody/messages";
import { Hourglass, ShieldAlert, ShieldCheck, ShieldQuestion } from "lucide-react";
import type { ReactNode } from "react";
import type { Verdict } from "./proof-verdict.ts";

const LOOKS = {
  verified: [ShieldCheck, "bg-good-ground text-good"],
  pending: [Hourglass, "bg-running-ground text-running"],
  broken: [ShieldAlert, "bg-bad-strong text-bad-strong-ink"],
  unavailable: [ShieldQuestion, "bg-caution-ground text-caution"],
} as const;

export function VerdictMark({ verdict }: { readonly verdict: Verdict }): ReactNode {
  const [Icon, tone] = LOOKS[verdict];
  return (
    <span role="status" data-verdict={verdict} className={`badge px-2 text-[12px] leading-[22px] ${tone}`}>
      <Icon size={14} aria-hidden />
      {pageText(`proof.${verdict}`)}
    </span>
  );
}

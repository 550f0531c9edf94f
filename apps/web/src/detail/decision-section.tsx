import type { Approval, Decision } from "@custody/domain";
import { pageText } from "@custody/messages";
import type { ReactNode } from "react";
import { formatMoment } from "../text/format.ts";
import { Recorded } from "../text/recorded.tsx";
import { Facts } from "./facts.tsx";
import { Section } from "./section.tsx";

interface DecisionSectionProps {
  readonly decision: Decision | undefined;
  readonly approval: Approval | undefined;
}

/** Who allowed it: the rule, its reasons, and the human who was asked. */
export function DecisionSection({ decision, approval }: DecisionSectionProps): ReactNode {
  return (
    <Section title={pageText("detail.decision")}>
      {decision !== undefined && (
        <>
          <p className={`font-semibold ${decision.effect === "deny" ? "text-bad" : ""}`}>
            {pageText(`detail.decision.${decision.effect}`)}
          </p>
          {decision.reasons.length > 0 && (
            <ul className="mb-1 list-disc ps-5">
              {decision.reasons.map((reason) => (
                <li key={reason}>
                  <Recorded text={reason} />
                </li>
              ))}
            </ul>
          )}
          <Facts
            facts={[
              [pageText("detail.rule"), decision.rule],
              [pageText("detail.policy"), decision.policy && <Digest text={decision.policy} />],
            ]}
          />
        </>
      )}
      {approval !== undefined && (
        <Facts
          facts={[
            [pageText("detail.approval"), pageText(`detail.approval.${approval.state}`)],
            [pageText("detail.human"), approval.approver?.name],
            [pageText("feed.column.time"), approval.decidedAt && formatMoment(approval.decidedAt)],
            ["", approval.reason],
          ]}
        />
      )}
    </Section>
  );
}

function Digest({ text }: { readonly text: string }): ReactNode {
  return (
    <span className="font-mono text-[12px] text-ink-soft">
      <Recorded text={text} />
    </span>
  );
}

import type { AuditRecord } from "@custody/domain";
import { pageText } from "@custody/messages";
import { memo, type ReactNode } from "react";
import { RecordedLines } from "../text/recorded-lines.tsx";
import { DecisionSection } from "./decision-section.tsx";
import { type Fact, Facts } from "./facts.tsx";
import { OutcomeSection } from "./outcome-section.tsx";
import { Section } from "./section.tsx";
import { StatementSection } from "./statement-section.tsx";
import { TouchesSection } from "./touches-section.tsx";
import { WhereSection, WhoSection } from "./who-section.tsx";

/** The parts that the record has, in the order in which one asks: what, what came of it, who allowed it, who, where. */
export const RecordBody: React.NamedExoticComponent<{ readonly record: AuditRecord }> = memo(
  function RecordBody({ record }): ReactNode {
    const { approval, decision, details, duration, effect, operations, statement, transaction } = record;
    return (
      <>
        {statement !== undefined && <StatementSection statement={statement} />}
        {(effect ?? transaction ?? duration) !== undefined && <OutcomeSection record={record} />}
        {operations !== undefined && <TouchesSection operations={operations} />}
        {(decision ?? approval) !== undefined && <DecisionSection decision={decision} approval={approval} />}
        {details !== undefined && Object.keys(details).length > 0 && (
          <Section title={pageText("detail.facts")}>
            <Facts
              facts={Object.entries(details).map(
                ([name, value]): Fact => [name, <Fixed key={name} value={value} />],
              )}
            />
          </Section>
        )}
        <WhoSection record={record} />
        <WhereSection record={record} />
      </>
    );
  },
);

/** A policy's whole text is such a fact. */
function Fixed({ value }: { readonly value: string | number | boolean | readonly string[] }): ReactNode {
  const text = Array.isArray(value) ? value.join(", ") : String(value);
  return <RecordedLines text={text} label={pageText("detail.facts")} isInline />;
}

import { pageText, reveal } from "@custody/messages";
import type { ReactNode } from "react";
import { type Fact, Facts } from "../detail/facts.tsx";
import { EnvironmentMark } from "../feed/environment-mark.tsx";
import { formatCount } from "../text/format.ts";
import type { Hold, ShownHold } from "./hold.ts";
import { Revealed } from "./revealed.tsx";

interface HoldFactsProps {
  readonly hold: Hold;
  readonly shown: ShownHold;
}

/** Where it would happen, as whom, who asks, and why somebody is asked. */
export function HoldFacts({ hold, shown }: HoldFactsProps): ReactNode {
  const { asker, reasons, role, rule, searchPath, target } = shown;
  const person = asker.human === "" ? pageText("holds.asker-nobody") : safe(asker.human);
  const project = safe(hold.project);
  const facts: Fact[] = [
    [
      pageText("holds.where"),
      <span key="where">
        <strong>
          <Revealed text={target.name} />
        </strong>{" "}
        <EnvironmentMark environment={target.environment} />{" "}
        {pageText("holds.where-value", {
          database: safe(target.database),
          identity: safe(target.identity) || pageText("holds.where-unknown"),
        })}
      </span>,
    ],
    [pageText("holds.role"), pageText("holds.role-value", { path: safe(searchPath), role: safe(role) })],
    [
      pageText("holds.asker"),
      pageText("holds.asker-value", { agent: safe(asker.agent), human: person, project }),
    ],
    [pageText("holds.session"), hold.session],
    [pageText("holds.rule"), [rule, ...reasons].map(safe).join(": ")],
    [pageText("holds.client"), clientText(hold, shown)],
    [pageText("holds.yes"), hold.approvers > 1 ? yesText(hold) : undefined],
  ];
  return <Facts facts={facts} />;
}

function clientText({ waits }: Hold, { isInTransaction }: ShownHold): string {
  const comes = pageText(waits ? "holds.client-waits" : "holds.client-returns");
  return isInTransaction ? `${comes}, ${pageText("holds.in-transaction")}` : comes;
}

function yesText({ agreed, approvers }: Hold): string {
  const count = formatCount(agreed.length);
  const of = formatCount(approvers);
  if (agreed.length === 0) return pageText("holds.yes-value", { count, of });
  return pageText("holds.yes-by", { count, names: agreed.map(({ name }) => safe(name)).join(", "), of });
}

function safe(text: string): string {
  return reveal(text).text;
}

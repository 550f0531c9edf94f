import type { ThreadNode } from "@custody/domain";
import { escapeText, pagePlural, pageText } from "@custody/messages";
import type { ReactNode } from "react";
import { ResultMark } from "../feed/result-mark.tsx";
import { resultOf } from "../feed/result-of.ts";
import { RowCounts } from "../feed/row-counts.tsx";
import { costText, tokensText, tokensTitle } from "../sessions/cost-text.ts";
import { Recorded } from "../text/recorded.tsx";
import { sumOfOne } from "./sum-of-one.ts";

/** What came of it, beside what it is: how it ended, rows, tokens, cost. */
export function NodeFacts({ node }: { readonly node: ThreadNode }): ReactNode {
  const { kind, name, of, rows, rule, usage, verbs = [] } = node;
  return (
    <>
      {name !== undefined && (
        <span className="max-w-64 truncate text-ink-soft">
          <Recorded text={name} />
        </span>
      )}
      {verbs.length > 0 && kind === "statement" && (
        <span className="font-semibold">
          <Recorded text={verbs.join(", ")} isCode />
        </span>
      )}
      {kind !== "prompt" && kind !== "session" && <ResultMark result={resultOfNode(node)} />}
      {rule !== undefined && (
        <span className="text-bad">{pageText("thread.rule", { rule: escapeText(rule) })}</span>
      )}
      {rows !== undefined && <RowCounts rows={rows} />}
      {usage !== undefined && (
        <span className="text-ink-soft" title={tokensTitle(usage)}>
          {tokensText(usage)}
        </span>
      )}
      {usage !== undefined && <span data-cost>{costText(sumOfOne(usage))}</span>}
      {of !== undefined && (
        <span className="text-ink-soft">
          {of.agent === undefined ? pageText("sessions.nobody") : <Recorded text={of.agent} />},{" "}
          {pagePlural("session.count.statements", of.statements)},{" "}
          {pagePlural("session.count.requests", of.cost.requests)}, {costText(of.cost)}
        </span>
      )}
    </>
  );
}

/** The words for how a statement ends are those of every act. */
function resultOfNode({ outcome, state }: ThreadNode): ReturnType<typeof resultOf> {
  const lasting = outcome as "committed" | "rolled-back" | "open" | "unknown" | undefined;
  return resultOf({
    type: `db.statement.${state}`,
    ...(lasting === undefined ? undefined : { outcome: lasting }),
  });
}

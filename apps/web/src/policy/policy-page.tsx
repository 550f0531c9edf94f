import { pageText } from "@custody/messages";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { problemText } from "../api/problem-text.ts";
import { requestJson } from "../api/request.ts";
import { Notice } from "../frame/notice.tsx";
import type { ShownPolicy } from "./policy.ts";
import { PolicyFacts } from "./policy-facts.tsx";
import { PolicyTrial } from "./policy-trial.tsx";
import { RuleTable } from "./rule-table.tsx";

/** The rules in force, in their order, and a place to try others. */
export function PolicyPage(): ReactNode {
  const policy = useQuery({
    queryKey: ["policy"],
    queryFn: ({ signal }) => requestJson<ShownPolicy>("/api/policy", { signal }),
    refetchInterval: 60_000,
  });
  return (
    <main className="min-h-0 flex-1 overflow-auto" data-scrolls>
      <div className="mx-auto max-w-6xl px-6 py-6 max-sm:px-3">
        <h1 className="text-xl font-semibold tracking-tight">{pageText("policy.title")}</h1>
        <p className="mb-4 text-ink-soft">{pageText("policy.lead")}</p>
        {policy.isError && (
          <Notice title={pageText("policy.failed", { reason: problemText(policy.error) })} />
        )}
        {policy.data && (
          <>
            <PolicyFacts policy={policy.data} />
            <RuleTable policy={policy.data} />
            <PolicyTrial origin={policy.data.origin} text={policy.data.text} />
          </>
        )}
      </div>
    </main>
  );
}

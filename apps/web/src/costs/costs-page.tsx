import { pagePlural, pageText } from "@custody/messages";
import { Link } from "@tanstack/react-router";
import { type ReactNode, useState } from "react";
import { Button } from "react-aria-components/Button";
import { problemText } from "../api/problem-text.ts";
import { Notice } from "../frame/notice.tsx";
import { BudgetSection } from "./budget-section.tsx";
import { CostTable } from "./cost-table.tsx";
import { useBudgets } from "./use-budgets.ts";
import { COST_KEYS, PERIODS, type Period, type ShownCostKey, useCosts } from "./use-costs.ts";

/** How budgets for models stand, and what agents spent on models: by whom, for what, with which model, and when. */
export function CostsPage(): ReactNode {
  const budgets = useBudgets();
  return (
    <main className="min-h-0 flex-1 overflow-auto" data-scrolls>
      <div className="mx-auto max-w-6xl px-6 py-6 max-sm:px-3">
        <p className="mb-2">
          <Link to={"/sessions" as string} className="link-button">
            {pageText("session.back")}
          </Link>
        </p>
        <div className="mb-6">
          <h1 className="text-xl font-semibold tracking-tight">{pageText("costs.title")}</h1>
          <p className="text-ink-soft">{pageText("costs.lead")}</p>
        </div>
        {/* Costs wait for it, so that it does not push them down when it comes. */}
        {budgets.isSettled && (
          <>
            <BudgetSection budgets={budgets} />
            <CostSection />
          </>
        )}
      </div>
    </main>
  );
}

function CostSection(): ReactNode {
  const [by, setBy] = useState<ShownCostKey>("person");
  const [period, setPeriod] = useState<Period>("all");
  const [since, setSince] = useState<string>();
  const costs = useCosts(by, since);
  const lines = costs.data?.pages.flatMap((page) => page.lines) ?? [];
  const total = costs.data?.pages[0]?.total;
  return (
    <>
      <div className="mb-4 flex flex-wrap items-end gap-4">
        <h2 className="me-auto text-[15px] font-semibold">{pageText("costs.spent")}</h2>
        <Choice
          label={pageText("costs.by")}
          value={by}
          values={COST_KEYS}
          text={(key) => pageText(`costs.by.${key}`)}
          onChange={setBy}
        />
        <Choice
          label={pageText("costs.since")}
          value={period}
          values={Object.keys(PERIODS) as Period[]}
          text={(each) => pageText(`costs.since.${each}`)}
          onChange={(chosen) => {
            setPeriod(chosen);
            setSince(beginning(chosen));
          }}
        />
      </div>
      {costs.isError && (
        <p role="alert" className="mb-4 text-bad">
          {pageText("costs.failed", { reason: problemText(costs.error) })}
        </p>
      )}
      {costs.isSuccess && lines.length === 0 && <Notice title={pageText("costs.empty")} />}
      {total !== undefined && lines.length > 0 && <CostTable by={by} lines={lines} total={total} />}
      {total !== undefined && total.reported > 0 && (
        <p className="mt-2 text-ink-soft">{pagePlural("costs.reported", total.reported)}</p>
      )}
      {costs.hasNextPage && (
        <Button className="plain-button mt-4" onPress={() => void costs.fetchNextPage()}>
          {pageText("costs.more")}
        </Button>
      )}
    </>
  );
}

function beginning(period: Period): string | undefined {
  const milliseconds = PERIODS[period];
  return milliseconds === undefined ? undefined : new Date(Date.now() - milliseconds).toISOString();
}

interface ChoiceProps<Value extends string> {
  readonly label: string;
  readonly value: Value;
  readonly values: readonly Value[];
  readonly text: (value: Value) => string;
  readonly onChange: (value: Value) => void;
}

function Choice<Value extends string>({
  label,
  onChange,
  text,
  value,
  values,
}: ChoiceProps<Value>): ReactNode {
  return (
    <label className="flex flex-col gap-1 text-ink-soft">
      {label}
      <select className="field" value={value} onChange={(event) => onChange(event.target.value as Value)}>
        {values.map((each) => (
          <option key={each} value={each}>
            {text(each)}
          </option>
        ))}
      </select>
    </label>
  );
}

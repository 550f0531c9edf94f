import { pageText } from "@custody/messages";
import { type ReactNode, useState } from "react";
import type { ShownPolicy } from "./policy.ts";
import { DefaultLine, RuleLine } from "./rule-line.tsx";

const COLUMNS = ["place", "rule", "match", "effect", "message"] as const;

/** The rules of one environment, in the order in which they are asked. */
export function RuleTable({ policy }: { readonly policy: ShownPolicy }): ReactNode {
  const { environments, rules } = policy;
  const [environment, setEnvironment] = useState("production");
  const shown = (environments[environment] ?? []).flatMap((place) => {
    const rule = rules[place];
    return rule === undefined ? [] : [{ place, rule }];
  });
  return (
    <div className="mb-8">
      <div className="mb-2 flex flex-wrap items-end gap-x-6 gap-y-2">
        <div className="me-auto">
          <h2 id="policy-rules" className="text-[15px] font-semibold">
            {pageText("policy.rules")}
          </h2>
          <p className="text-ink-soft">{pageText("policy.rules-lead")}</p>
        </div>
        <label className="flex items-center gap-2 text-ink-soft">
          {pageText("policy.environment")}
          <select
            className="field"
            value={environment}
            onChange={(event) => setEnvironment(event.target.value)}
          >
            {Object.keys(environments).map((name) => (
              <option key={name}>{name}</option>
            ))}
          </select>
        </label>
      </div>
      <section
        // biome-ignore lint/a11y/noNoninteractiveTabindex: whoever has no mouse scrolls it with the arrow keys.
        tabIndex={0}
        aria-labelledby="policy-rules"
        className="max-h-[32rem] overflow-auto rounded-lg border border-line bg-surface"
      >
        <table className="w-full border-collapse" data-rules={environment}>
          <thead>
            <tr className="text-[11.5px] text-ink-faint">
              {COLUMNS.map((column) => (
                <th key={column} scope="col" className="h-8 px-3 text-start font-medium">
                  {pageText(`policy.column.${column}`)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {shown.map(({ place, rule }, at) => (
              <RuleLine key={place} place={at + 1} rule={rule} />
            ))}
            <DefaultLine place={shown.length + 1} />
          </tbody>
        </table>
      </section>
    </div>
  );
}

import { pageText } from "@custody/messages";
import type { ReactNode } from "react";
import { formatCount } from "../text/format.ts";
import { Recorded } from "../text/recorded.tsx";
import { EffectMark } from "./effect-mark.tsx";
import type { Replayed } from "./policy.ts";

const COLUMNS = ["was", "would", "rule", "count"] as const;

/** How many statements change in which way, and by which rule. */
export function ChangeTable({ changes }: { readonly changes: Replayed["byChange"] }): ReactNode {
  return (
    <table className="mt-3 border-collapse rounded-lg bg-surface tabular-nums">
      <caption className="sr-only">{pageText("policy.changes")}</caption>
      <thead>
        <tr className="text-[11.5px] text-ink-faint">
          {COLUMNS.map((column) => (
            <th key={column} scope="col" className="h-8 px-3 text-start font-medium">
              {pageText(`policy.change.${column}`)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {changes.map(({ count, rule, was, would }) => (
          <tr key={`${was} ${would} ${rule}`} className="border-t border-line">
            <td className="px-3 py-1.5">
              <EffectMark effect={was} />
            </td>
            <td className="px-3 py-1.5">
              <EffectMark effect={would} />
            </td>
            <td className="px-3 py-1.5 font-mono wrap-anywhere">
              <Recorded text={rule} />
            </td>
            <td className="px-3 py-1.5 text-end">{formatCount(count)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

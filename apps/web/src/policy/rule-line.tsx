import { pagePlural, pageText } from "@custody/messages";
import type { ReactNode } from "react";
import { Recorded } from "../text/recorded.tsx";
import { EffectMark } from "./effect-mark.tsx";
import type { ShownRule } from "./policy.ts";

/** One rule, as it is written. */
export function RuleLine({ place, rule }: { readonly place: number; readonly rule: ShownRule }): ReactNode {
  const { approval, effect, match, message, name, source, when } = rule;
  const conditions = Object.entries(match);
  return (
    <tr className="border-t border-line align-top">
      <td className="px-3 py-2 tabular-nums text-ink-faint">{place}</td>
      <th scope="row" className="min-w-40 px-3 py-2 text-start font-normal wrap-anywhere">
        <span className="font-mono">
          <Recorded text={name} />
        </span>
        <span className="block text-[12px] text-ink-faint">{sourceText(source)}</span>
      </th>
      <td className="min-w-56 px-3 py-2 wrap-anywhere">
        {conditions.length === 0 && when === null && pageText("policy.match-all")}
        {conditions.map(([key, value]) => (
          <Condition key={key} name={key} text={valueText(value)} />
        ))}
        {when !== null && <Condition name={pageText("policy.when")} text={when} />}
      </td>
      <td className="px-3 py-2">
        <EffectMark effect={effect} />
        {approval !== null && (
          <span className="block text-[12px] whitespace-nowrap text-ink-soft">
            {pagePlural("policy.approvers", approval.approvers)}
            {approval.isPasskeyNeeded === true && `, ${pageText("policy.passkey")}`}
          </span>
        )}
      </td>
      <td className="min-w-56 px-3 py-2 text-ink-soft wrap-anywhere">
        <Recorded text={message} />
      </td>
    </tr>
  );
}

/** What holds where no rule decides. */
export function DefaultLine({ place }: { readonly place: number }): ReactNode {
  return (
    <tr className="border-t border-line">
      <td className="px-3 py-2 tabular-nums text-ink-faint">{place}</td>
      <th scope="row" className="px-3 py-2 text-start font-mono font-normal">
        default
      </th>
      <td className="px-3 py-2">{pageText("policy.match-none")}</td>
      <td className="px-3 py-2">
        <EffectMark effect="allow" />
      </td>
      <td />
    </tr>
  );
}

function Condition({ name, text }: { readonly name: string; readonly text: string }): ReactNode {
  return (
    <span className="block">
      <span className="text-ink-faint">{name} </span>
      <code className="font-mono">
        <Recorded text={text} isCode />
      </code>
    </span>
  );
}

function sourceText(source: string): string {
  if (source === "policy" || source === "builtin") return pageText(`policy.source.${source}`);
  return pageText("policy.source.preset", { name: source });
}

function valueText(value: readonly string[] | boolean): string {
  if (typeof value === "boolean") return pageText(value ? "policy.yes" : "policy.no");
  return value.join(", ");
}

import { pagePlural, pageText } from "@custody/messages";
import type { ReactNode } from "react";
import type { ShownHold, ShownStatement } from "./hold.ts";
import { Revealed, RevealedSql } from "./revealed.tsx";

/** All that would run, to the last character, with its values, and what was prepared before as what names it. */
export function HoldStatements({
  shown: { runs = [], statements },
}: {
  readonly shown: ShownHold;
}): ReactNode {
  const label = pagePlural("holds.statement", statements.length);
  return (
    <div className="flex flex-col gap-2">
      {statements.length > 1 && <p className="text-ink-soft">{label}</p>}
      {statements.map((statement, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the same statement can stand here twice.
        <div key={at}>
          <Sql text={statement.text} />
          {statement.bytes !== undefined && <p className="mt-1 text-caution">{pageText("holds.bytes")}</p>}
          <Values statement={statement} />
        </div>
      ))}
      {runs.length > 0 && <Runs texts={runs} />}
    </div>
  );
}

/** An EXECUTE or a FETCH says nothing of what it does: whoever decides reads what it runs. */
function Runs({ texts }: { readonly texts: readonly string[] }): ReactNode {
  const label = pageText("holds.runs");
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for what is filled in.
    <div role="group" aria-label={label} className="flex flex-col gap-2">
      <p className="text-ink-soft">{label}</p>
      {texts.map((text, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the same text can stand here twice.
        <Sql key={at} text={text} />
      ))}
    </div>
  );
}

function Sql({ text }: { readonly text: string }): ReactNode {
  return (
    <pre
      dir="ltr"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard.
      tabIndex={0}
      className="max-h-72 overflow-auto rounded-md border border-line bg-sunken px-3 py-2 font-mono text-[12.5px] leading-5 whitespace-pre-wrap wrap-anywhere [tab-size:2]"
    >
      <RevealedSql text={text} />
    </pre>
  );
}

function Values({ statement: { parameters } }: { readonly statement: ShownStatement }): ReactNode {
  if (parameters.length === 0) return null;
  return (
    <dl
      aria-label={pageText("holds.values")}
      className="mt-1 grid max-h-60 grid-cols-[auto_minmax(0,1fr)] gap-x-3 overflow-auto px-3 font-mono text-[12.5px]"
      tabIndex={0}
    >
      {parameters.map(({ hex, index, type, value }) => (
        <div key={index} className="contents">
          <dt className="text-sql-parameter">${index}</dt>
          <dd className="wrap-anywhere whitespace-pre-wrap">
            {value === undefined && hex === undefined ? (
              <em className="text-ink-faint">{pageText("detail.null")}</em>
            ) : (
              <Revealed text={value ?? `\\x${hex}`} />
            )}{" "}
            <span className="text-ink-faint">
              <Revealed text={type} />
            </span>
          </dd>
        </div>
      ))}
    </dl>
  );
}

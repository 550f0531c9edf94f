import type { Statement } from "@custody/domain";
import { escapeText, pageText } from "@custody/messages";
import { memo, type ReactNode } from "react";
import { PlainLines, RecordedLines } from "../text/recorded-lines.tsx";
import { CopyButton } from "./copy-button.tsx";
import { Section } from "./section.tsx";
import { SQL_COLOURS } from "./sql-colours.ts";
import { sqlTokens } from "./sql-tokens.ts";

export function StatementSection({ statement }: { readonly statement: Statement }): ReactNode {
  const title = pageText("detail.statement");
  return (
    <Section title={title} aside={<CopyButton text={() => statement.text} />}>
      <RecordedLines text={statement.text} label={title} render={(text) => <Coloured text={text} />} />
      {statement.bytes !== undefined && (
        <p className="mt-1 text-ink-soft">{pageText("detail.statement-bytes")}</p>
      )}
      {statement.parameters !== undefined && statement.parameters.length > 0 && (
        <table className="mt-3 w-full">
          <caption className="sr-only">{pageText("detail.parameters")}</caption>
          <tbody>
            {statement.parameters.map(({ hex, index, type, value }) => (
              <tr key={index} className="align-top">
                <th scope="row" className="w-10 py-0.5 text-start font-mono font-normal text-sql-parameter">
                  ${index}
                </th>
                <td className="py-0.5 pe-3 font-mono text-[12.5px]">
                  <Value text={value ?? (hex === undefined ? undefined : `\\x${hex}`)} />
                </td>
                <td className="w-24 py-0.5 text-end text-ink-faint">{escapeText(type)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Section>
  );
}

/** A short value stands in its line; a long one gets a place of its own. */
function Value({ text }: { readonly text: string | undefined }): ReactNode {
  if (text === undefined) return <em className="text-ink-faint">{pageText("detail.null")}</em>;
  if (text.length > 500) return <RecordedLines text={text} label={pageText("detail.parameters")} />;
  return (
    <span dir="ltr" className="whitespace-pre-wrap [overflow-wrap:anywhere]">
      <PlainLines text={text} />
    </span>
  );
}

const Coloured: React.NamedExoticComponent<{ readonly text: string }> = memo(function Coloured({ text }) {
  return sqlTokens(text).map((token, at) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: tokens have no identity but their place.
    <span key={at} className={SQL_COLOURS[token.kind]}>
      <PlainLines text={token.text} />
    </span>
  ));
});

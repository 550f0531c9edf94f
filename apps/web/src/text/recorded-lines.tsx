import { pagePlural, pageText } from "@custody/messages";
import { type ReactNode, useState } from "react";
import { Button } from "react-aria-components/Button";
import { formatCount } from "./format.ts";
import { Recorded } from "./recorded.tsx";
import { shownLength } from "./shown-length.ts";

interface RecordedLinesProps {
  readonly text: string;
  readonly label: string;
  /** Draws one line, or all of them as they are. */
  readonly render?: (text: string) => ReactNode;
  /** Among other facts: a text that fits a few lines gets no frame. */
  readonly isInline?: boolean;
}

/** A long recorded text: as much as can be read, and more on request, so that a megabyte never stops the page. */
export function RecordedLines({ text, label, render, isInline }: RecordedLinesProps): ReactNode {
  const [chunks, setChunks] = useState(1);
  const length = shownLength(text, chunks);
  const shown = text.slice(0, length);
  const rest = text.length - length;
  if (isInline && text.length <= 300 && !text.includes("\n")) return <Recorded text={text} />;
  return (
    <div>
      <section
        aria-label={label}
        dir="ltr"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard.
        tabIndex={0}
        className="max-h-[28rem] overflow-auto rounded-md border border-line bg-sunken px-3 py-2 font-mono text-[12.5px] leading-5 whitespace-pre-wrap [overflow-wrap:anywhere] [tab-size:2]"
      >
        {render === undefined ? <PlainLines text={shown} /> : render(shown)}
        {rest > 0 && <span className="text-ink-faint">…</span>}
      </section>
      {rest > 0 && (
        <div className="mt-1 flex items-center gap-3 text-ink-soft">
          <span>{pagePlural("text.rest", rest)}</span>
          <Button className="link-button" onPress={() => setChunks(chunks + 1)}>
            {pageText("text.more", { count: formatCount(shownLength(text, chunks + 1) - length) })}
          </Button>
        </div>
      )}
    </div>
  );
}

/** Line ends and tabs stay what they are, since this is a place for lines; everything else is escaped. */
export function PlainLines({ text }: { readonly text: string }): ReactNode {
  return text.split(/([\n\t])/).map((part, at) =>
    // biome-ignore lint/suspicious/noArrayIndexKey: pieces have no identity but their place.
    part === "\n" || part === "\t" ? part : part !== "" && <Recorded key={at} text={part} isCode />,
  );
}

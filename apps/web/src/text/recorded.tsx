import { escapedParts, pageText } from "@custody/messages";
import type { ReactNode } from "react";

interface RecordedProps {
  readonly text: string;
  /**
   * Code runs from left to right in every language. Otherwise a Hebrew word at its beginning would turn the order of
   * all the rest around, and a page in Hebrew would do so always.
   */
  readonly isCode?: boolean;
}

/**
 * A text that came from an agent or a database. Characters that act instead of showing themselves are shown by their
 * number and marked, and nothing in it changes the direction of what stands around it.
 */
export function Recorded({ text, isCode }: RecordedProps): ReactNode {
  const parts = escapedParts(text);
  return (
    <bdi dir={isCode ? "ltr" : "auto"} className="[unicode-bidi:isolate]">
      {parts.map((part, at) =>
        part.isEscaped ? (
          // biome-ignore lint/suspicious/noArrayIndexKey: parts have no identity but their place.
          <span key={at} className="escaped" title={pageText("text.escaped")}>
            {part.text}
          </span>
        ) : (
          part.text
        ),
      )}
    </bdi>
  );
}

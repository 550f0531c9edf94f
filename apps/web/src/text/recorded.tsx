import { escapedParts, pageText } from "@custody/messages";
import type { ReactNode } from "react";

/**
 * A text that came from an agent or a database. Characters that act instead of showing themselves are shown by their
 * number and marked, and nothing in it changes the direction of what stands around it.
 */
export function Recorded({ text }: { readonly text: string }): ReactNode {
  const parts = escapedParts(text);
  return (
    <bdi className="[unicode-bidi:isolate]">
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

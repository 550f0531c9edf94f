import { pageText, reveal } from "@custody/messages";
import { memo, type ReactNode } from "react";
import { SQL_COLOURS } from "../detail/sql-colours.ts";
import { sqlTokens } from "../detail/sql-tokens.ts";

/** Above this it is shown without colours: a million pieces would stop the page, and all of it must be there to be read. */
const COLOURED_CHARACTERS_MAX = 60_000;

/** What `reveal` writes for a character that would not have shown itself. */
const NUMBERED = /(\\u\{[0-9a-f]+\})/;

/** A text that somebody decides about: what hides or pretends in it is shown by number. */
export function Revealed({ text }: { readonly text: string }): ReactNode {
  return (
    <bdi dir="auto" className="[unicode-bidi:isolate]">
      <Marked text={reveal(text).text} />
    </bdi>
  );
}

/** A whole statement, never a part of it, in colours. */
export const RevealedSql: React.NamedExoticComponent<{ readonly text: string }> = memo(function RevealedSql({
  text,
}) {
  const shown = reveal(text).text;
  if (shown.length > COLOURED_CHARACTERS_MAX) return <Marked text={shown} />;
  return sqlTokens(shown).map((token, at) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: tokens have no identity but their place.
    <span key={at} className={SQL_COLOURS[token.kind]}>
      <Marked text={token.text} />
    </span>
  ));
});

function Marked({ text }: { readonly text: string }): ReactNode {
  return text.split(NUMBERED).map((part, at) =>
    NUMBERED.test(part) ? (
      // biome-ignore lint/suspicious/noArrayIndexKey: pieces have no identity but their place.
      <span key={at} className="escaped" title={pageText("text.escaped")}>
        {part}
      </span>
    ) : (
      part
    ),
  );
}

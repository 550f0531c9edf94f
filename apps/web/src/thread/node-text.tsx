import type { ThreadText } from "@custody/domain";
import { pagePlural } from "@custody/messages";
import type { ReactNode } from "react";
import { Recorded } from "../text/recorded.tsx";

/** What a line has room for; the record, which opens beside it, has all. */
const CHARACTERS_MAX = 600;

/** The beginning of what was said, in at most three lines. It says how much more there is. */
export function NodeText({
  isCode,
  said,
}: {
  readonly said: ThreadText;
  readonly isCode: boolean;
}): ReactNode {
  const text = [...said.text.slice(0, CHARACTERS_MAX * 2)].slice(0, CHARACTERS_MAX).join("");
  const rest = said.characters - text.length;
  return (
    <>
      <span
        className={`line-clamp-3 [overflow-wrap:anywhere] ${isCode ? "font-mono text-[12px] text-ink-soft" : ""}`}
      >
        <Recorded text={text.replace(/[ \t\r\n]+/g, " ")} isCode={isCode} />
      </span>
      {rest > 0 && (
        <span className="text-[11.5px] text-ink-faint">{pagePlural("thread.text-rest", rest)}</span>
      )}
    </>
  );
}

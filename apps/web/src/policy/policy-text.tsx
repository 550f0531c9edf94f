import { pageText } from "@custody/messages";
import { type ReactNode, type RefObject, useState } from "react";
import type { Mistake } from "./policy.ts";

interface PolicyTextProps {
  readonly field: RefObject<HTMLTextAreaElement | null>;
  readonly text: string;
  readonly mistakes: readonly Mistake[];
  readonly onChange: (text: string) => void;
}

/** The text with its lines numbered; those with a mistake are marked. */
export function PolicyText({ field, mistakes, onChange, text }: PolicyTextProps): ReactNode {
  const [scrollTop, setScrollTop] = useState(0);
  return (
    <div className="flex h-96 overflow-hidden rounded-lg border border-line-strong bg-surface focus-within:border-focus">
      <div aria-hidden className="w-12 shrink-0 overflow-hidden bg-sunken py-2 text-ink-faint">
        <pre
          className="pe-2 text-end font-mono text-[12.5px] leading-5 tabular-nums"
          style={{ transform: `translateY(${-scrollTop}px)` }}
        >
          <LineNumbers count={text.split("\n").length} marked={new Set(mistakes.map(({ line }) => line))} />
        </pre>
      </div>
      <textarea
        ref={field}
        value={text}
        wrap="off"
        spellCheck={false}
        autoComplete="off"
        autoCapitalize="off"
        aria-label={pageText("policy.text")}
        aria-invalid={mistakes.length > 0}
        aria-describedby={mistakes.length > 0 ? "policy-mistakes" : undefined}
        onChange={(event) => onChange(event.target.value)}
        onScroll={(event) => setScrollTop(event.currentTarget.scrollTop)}
        className="min-w-0 flex-1 resize-none bg-surface px-3 py-2 font-mono text-[12.5px] leading-5 text-ink outline-offset-[-2px]"
      />
    </div>
  );
}

/** One text for all lines between two marks: a policy may have thousands. */
function LineNumbers({ count, marked }: { readonly count: number; readonly marked: ReadonlySet<number> }) {
  const parts: ReactNode[] = [];
  let plain = "";
  for (let line = 1; line <= count; line += 1) {
    if (!marked.has(line)) {
      plain += `${line}\n`;
      continue;
    }
    parts.push(
      plain,
      <span
        key={line}
        data-mistake={line}
        className="bg-bad-ground font-semibold text-bad"
      >{`● ${line}\n`}</span>,
    );
    plain = "";
  }
  return [...parts, plain];
}

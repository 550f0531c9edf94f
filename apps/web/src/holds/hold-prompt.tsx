import { pageText } from "@custody/messages";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import type { Hold } from "./hold.ts";
import { Revealed } from "./revealed.tsx";
import { useHoldPrompt } from "./use-hold-prompt.ts";

/**
 * What a person had said to the agent before. As high whatever comes, and before it comes: nothing below it may move under a
 * finger.
 */
export function HoldPrompt({ hold }: { readonly hold: Hold }): ReactNode {
  const { data, isError } = useHoldPrompt(hold.id);
  const prompt = data?.prompt;
  const label = pageText("holds.prompt");
  return (
    <section aria-label={label} className="flex flex-col gap-1">
      <p className="flex h-5 gap-3 text-ink-soft">
        <span>{label}</span>
        {prompt && <span className="truncate">{pageText(`holds.prompt-by.${prompt.by}`)}</span>}
        {prompt && (
          <Link to={"/records/$id" as string} params={{ id: prompt.index } as never} className="link-button">
            {pageText("holds.record")}
          </Link>
        )}
      </p>
      <div
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard.
        tabIndex={0}
        className="h-15 overflow-auto wrap-anywhere whitespace-pre-wrap"
      >
        {prompt && <Revealed text={prompt.text} />}
        {prompt && prompt.characters > prompt.text.length && "…"}
        {prompt === null && <span className="text-ink-soft">{pageText("holds.prompt-none")}</span>}
        {isError && <span className="text-ink-soft">{pageText("holds.prompt-failed")}</span>}
      </div>
    </section>
  );
}

import { pageText } from "@custody/messages";
import type { ReactNode } from "react";
import { Recorded } from "../text/recorded.tsx";
import type { ShownScreen } from "./screen.ts";

/** What a terminal shows, as text: nothing of it acts, and what would not show itself is shown by its number. */
export function ScreenView({ screen }: { readonly screen: ShownScreen }): ReactNode {
  const { columns, lines, rows } = screen;
  return (
    <section
      aria-label={pageText("terminal.screen", { columns, rows })}
      dir="ltr"
      data-screen={`${columns}x${rows}`}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard.
      tabIndex={0}
      className="terminal-screen"
    >
      {lines.map((runs, row) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: lines have no identity but their place.
        <div key={row} className="terminal-row">
          {runs.map(({ look, text }, at) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: nor have runs.
            <span key={at} style={look}>
              <Recorded text={text} isCode />
            </span>
          ))}
        </div>
      ))}
    </section>
  );
}

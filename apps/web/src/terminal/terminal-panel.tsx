import type { SessionSummary } from "@custody/domain";
import { pageText } from "@custody/messages";
import { lazy, type ReactNode, Suspense, useState } from "react";
import { Button } from "react-aria-components/Button";

/** The terminal comes with them, and only for whoever wants to see one. */
const LiveTerminal = lazy(() => import("./live-terminal.tsx"));
const Replay = lazy(() => import("./replay.tsx"));

/** What the terminal of a run shows, or showed. Whatever is typed here goes nowhere. */
export function TerminalPanel({ session }: { readonly session: SessionSummary }): ReactNode {
  const [view, setView] = useState<"live" | "replay">();
  const { id, state } = session;
  return (
    <section aria-labelledby="terminal" className="mt-8">
      <h2 id="terminal" className="mb-2 text-[15px] font-semibold">
        {pageText("terminal.title")}
      </h2>
      <div className="mb-2 flex flex-wrap gap-2">
        {state === "running" && (
          <Button className="plain-button" onPress={() => setView("live")}>
            {pageText("terminal.live")}
          </Button>
        )}
        <Button className="plain-button" onPress={() => setView("replay")}>
          {pageText("terminal.replay")}
        </Button>
        {view !== undefined && (
          <Button className="plain-button" onPress={() => setView(undefined)}>
            {pageText("terminal.close")}
          </Button>
        )}
      </div>
      <Suspense>
        {view === "live" && <LiveTerminal session={id} />}
        {view === "replay" && <Replay session={id} />}
      </Suspense>
    </section>
  );
}

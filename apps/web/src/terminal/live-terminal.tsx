import { pageText } from "@custody/messages";
import { type ReactNode, useEffect, useState } from "react";
import { followEvents } from "../stream/follow-events.ts";
import { type CastPiece, eventsIn } from "./cast.ts";
import { Screen, type ShownScreen } from "./screen.ts";
import { ScreenView } from "./screen-view.tsx";

interface Snapshot {
  readonly columns: number;
  readonly rows: number;
  readonly text: string;
}

/** The terminal of a session as it is now: a snapshot first, and then what is recorded. */
export default function LiveTerminal({ session }: { readonly session: string }): ReactNode {
  const [shown, setShown] = useState<ShownScreen>();
  useEffect(() => {
    const controller = new AbortController();
    let screen: Screen | undefined;
    // One after the other, in the order in which they came.
    let showing = Promise.resolve();
    const path = `/api/sessions/${encodeURIComponent(session)}/terminal`;
    async function take(event: string, data: string): Promise<void> {
      if (controller.signal.aborted) return;
      if (event === "snapshot") {
        const { columns, rows, text } = JSON.parse(data) as Snapshot;
        screen?.dispose();
        screen = new Screen(columns, rows);
        await screen.show([{ code: "o", data: text }]);
      } else if (event === "piece") await screen?.show(eventsIn(JSON.parse(data) as CastPiece));
      if (screen !== undefined && !controller.signal.aborted) setShown(screen.look());
    }
    void followEvents(
      path,
      "",
      {
        onEvent: ({ data, event }) => {
          showing = showing.then(() => take(event, data));
        },
      },
      controller.signal,
    );
    return () => {
      controller.abort();
      void showing.then(() => screen?.dispose());
    };
  }, [session]);
  if (shown === undefined) return <p className="text-ink-soft">{pageText("terminal.connecting")}</p>;
  return <ScreenView screen={shown} />;
}

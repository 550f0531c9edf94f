import { pageText } from "@custody/messages";
import { Pause, Play } from "lucide-react";
import type { ReactNode } from "react";
import { Button } from "react-aria-components/Button";
import { useConnection } from "../stream/connection-state.ts";
import { togglePaused, useIsPaused } from "../stream/pausing.ts";

const TONES = {
  live: "text-good",
  connecting: "text-quiet",
  reconnecting: "text-caution",
  paused: "text-caution",
};

/** Whether the list is live, with the switch that makes it stand still. Nothing where no list is. */
export function ConnectionMark(): ReactNode {
  const connection = useConnection();
  const isPaused = useIsPaused();
  if (connection === undefined) return null;
  const state = isPaused && connection === "live" ? "paused" : connection;
  const Icon = isPaused ? Play : Pause;
  return (
    <div className="flex items-center gap-2">
      <span role="status" className={`flex items-center justify-end sm:min-w-28 gap-2 ${TONES[state]}`}>
        <span
          className={`size-2 rounded-full bg-current ${state === "live" ? "live-dot" : ""}`}
          aria-hidden
        />
        {pageText(`header.${state}`)}
      </span>
      <Button
        onPress={togglePaused}
        className="inline-flex h-7 cursor-pointer sm:min-w-24 items-center justify-center gap-1.5 rounded-md border border-line bg-surface px-2.5 hover:bg-hover"
      >
        <Icon size={13} aria-hidden />
        <span className="max-sm:sr-only">{pageText(isPaused ? "header.resume" : "header.pause")}</span>
      </Button>
    </div>
  );
}

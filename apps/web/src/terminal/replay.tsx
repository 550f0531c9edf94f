import { escapeText, pageText } from "@custody/messages";
import { Pause, Play } from "lucide-react";
import { type ReactNode, useEffect, useMemo, useState } from "react";
import { Button } from "react-aria-components/Button";
import { problemText } from "../api/problem-text.ts";
import { formatSpan } from "../text/format.ts";
import { Player } from "./player.ts";
import type { ShownScreen } from "./screen.ts";
import { ScreenView } from "./screen-view.tsx";
import { type Recording, useRecording } from "./use-recording.ts";

const SPEEDS = [1, 2, 4, 8, 16] as const;

/** More often than this nobody sees a screen change. */
const FRAME_MS = 50;

/** Plays what was recorded of a session's terminal. */
export default function Replay({ session }: { readonly session: string }): ReactNode {
  const { data, error } = useRecording(session);
  if (error !== null)
    return (
      <p role="alert" className="text-bad">
        {pageText("terminal.failed", { reason: problemText(error) })}
      </p>
    );
  if (data === undefined) return <p className="text-ink-soft">{pageText("terminal.loading")}</p>;
  if (data.events.length === 0) return <p className="text-ink-soft">{pageText("terminal.empty")}</p>;
  return (
    <>
      <Playing recording={data} />
      <p className="mt-1 text-ink-faint">
        {pageText("terminal.gaps")} {data.isCut && pageText("terminal.cut", { session: escapeText(session) })}
      </p>
    </>
  );
}

function Playing({ recording }: { readonly recording: Recording }): ReactNode {
  const { columns, events, rows } = recording;
  const player = useMemo(() => new Player(events, columns, rows), [columns, events, rows]);
  const [shown, setShown] = useState<ShownScreen>();
  const [atUs, setAtUs] = useState(0);
  const [isPlaying, setPlaying] = useState(false);
  const [speed, setSpeed] = useState(1);
  const { endUs } = player;

  useEffect(() => {
    let isGone = false;
    void player.at(atUs).then((screen) => {
      if (!isGone) setShown(screen);
    });
    return () => {
      isGone = true;
    };
  }, [atUs, player]);

  useEffect(() => {
    if (!isPlaying) return;
    let before = performance.now();
    const timer = setInterval(() => {
      const now = performance.now();
      const passedUs = (now - before) * 1000 * speed;
      before = now;
      setAtUs((us) => Math.min(endUs, us + passedUs));
    }, FRAME_MS);
    return () => clearInterval(timer);
  }, [endUs, isPlaying, speed]);

  const isAtEnd = atUs >= endUs;
  useEffect(() => {
    if (isAtEnd) setPlaying(false);
  }, [isAtEnd]);

  function toggle(): void {
    if (isAtEnd) setAtUs(0);
    setPlaying(!isPlaying);
  }

  const at = pageText("terminal.at", { at: formatSpan(atUs / 1000), end: formatSpan(endUs / 1000) });
  return (
    <>
      {shown !== undefined && <ScreenView screen={shown} />}
      <div className="mt-2 flex flex-wrap items-center gap-3" data-replay={isPlaying ? "playing" : "paused"}>
        <Button className="plain-button min-w-24" onPress={toggle}>
          {isPlaying ? <Pause size={14} aria-hidden /> : <Play size={14} aria-hidden />}
          {pageText(isPlaying ? "terminal.pause" : "terminal.play")}
        </Button>
        <input
          type="range"
          min={0}
          max={Math.ceil(endUs / 1000)}
          value={Math.ceil(atUs / 1000)}
          aria-label={pageText("terminal.position")}
          aria-valuetext={at}
          onChange={(event) => setAtUs(Math.min(endUs, Number(event.target.value) * 1000))}
          className="min-w-40 flex-1 accent-(--accent)"
        />
        <span className="min-w-28 text-ink-soft tabular-nums">{at}</span>
        <label className="flex items-center gap-2 text-ink-soft">
          {pageText("terminal.speed")}
          <select
            className="field h-8 px-2"
            value={speed}
            onChange={(event) => setSpeed(Number(event.target.value))}
          >
            {SPEEDS.map((each) => (
              <option key={each} value={each}>
                {pageText("terminal.times", { speed: each })}
              </option>
            ))}
          </select>
        </label>
      </div>
    </>
  );
}

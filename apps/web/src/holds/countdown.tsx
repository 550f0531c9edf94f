import { pageText } from "@custody/messages";
import { type ReactNode, useEffect, useState } from "react";

/** How long somebody still has to answer, in a place that does not change its size. */
export function Countdown({ until }: { readonly until: string }): ReactNode {
  const left = Math.max(0, Math.ceil((Date.parse(until) - useNow()) / 1000));
  const isShort = left <= 60;
  return (
    <span
      role="timer"
      className={`min-w-24 text-end tabular-nums ${isShort ? "font-medium text-bad" : "text-ink-soft"}`}
    >
      {left === 0 ? pageText("holds.left-none") : pageText("holds.left", { time: clock(left) })}
    </span>
  );
}

function clock(seconds: number): string {
  const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const [hours, ...rest] = parts.map((part) => String(part).padStart(2, "0"));
  return seconds < 3600 ? rest.join(":") : [hours, ...rest].join(":");
}

/** The time by this browser's clock, each second. */
function useNow(): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, []);
  return now;
}

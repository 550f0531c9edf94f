import type { SessionSummary } from "@custody/domain";
import { escapeText, pageText } from "@custody/messages";
import {
  Check,
  CircleHelp,
  LoaderCircle,
  type LucideIcon,
  OctagonX,
  TimerOff,
  TriangleAlert,
} from "lucide-react";
import type { ReactNode } from "react";

type Standing = Pick<SessionSummary, "exitCode" | "reason" | "signal" | "state">;

/** How a session stands, as a sign and a word: colour alone says nothing to many. */
export function StateMark({ session }: { readonly session: Standing }): ReactNode {
  const [Icon, tone, text] = lookOf(session);
  return (
    <span className={`badge ${tone}`} data-state={session.state}>
      <Icon size={12} aria-hidden className="shrink-0" />
      {text}
    </span>
  );
}

function lookOf({ exitCode, reason, signal, state }: Standing): readonly [LucideIcon, string, string] {
  if (state === "running") return [LoaderCircle, "bg-running-ground text-running", pageText("state.running")];
  if (state === "unknown") return [CircleHelp, "bg-bad-ground text-bad", pageText("state.unknown")];
  if (state === "expired") return [TimerOff, "bg-quiet-ground text-quiet", pageText("state.expired")];
  if (reason === "stopped") return [OctagonX, "bg-caution-ground text-caution", pageText("state.stopped")];
  if (signal !== undefined)
    return [
      TriangleAlert,
      "bg-caution-ground text-caution",
      pageText("state.ended-by", { signal: escapeText(signal) }),
    ];
  if (exitCode === undefined) return [Check, "bg-quiet-ground text-quiet", pageText("state.ended")];
  const ended = pageText("state.ended-with", { code: exitCode });
  if (exitCode === 0) return [Check, "bg-good-ground text-good", ended];
  return [TriangleAlert, "bg-caution-ground text-caution", ended];
}

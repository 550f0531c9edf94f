import { pageText } from "@custody/messages";
import {
  Ban,
  Check,
  CircleDashed,
  CircleHelp,
  Hand,
  Info,
  LoaderCircle,
  type LucideIcon,
  Microscope,
  OctagonX,
  TriangleAlert,
  Undo2,
} from "lucide-react";
import type { ReactNode } from "react";
import type { Result } from "./result-of.ts";

type Tone = "good" | "bad" | "caution" | "quiet" | "running";

const LOOKS: Readonly<Record<Result, readonly [LucideIcon, Tone]>> = {
  running: [LoaderCircle, "running"],
  committed: [Check, "good"],
  "rolled-back": [Undo2, "quiet"],
  denied: [Ban, "bad"],
  failed: [TriangleAlert, "caution"],
  cancelled: [OctagonX, "quiet"],
  unknown: [CircleHelp, "bad"],
  open: [CircleDashed, "running"],
  done: [Check, "good"],
  held: [Hand, "caution"],
  simulated: [Microscope, "quiet"],
  event: [Info, "quiet"],
};

const TONES: Readonly<Record<Tone, string>> = {
  good: "bg-good-ground text-good",
  bad: "bg-bad-ground text-bad",
  caution: "bg-caution-ground text-caution",
  quiet: "bg-quiet-ground text-quiet",
  running: "bg-running-ground text-running",
};

/** How it ended, as a sign and a word: colour alone says nothing to many. */
export function ResultMark({ result }: { readonly result: Result }): ReactNode {
  const [Icon, tone] = LOOKS[result];
  return (
    <span className={`badge ${TONES[tone]}`}>
      <Icon size={12} aria-hidden className="shrink-0" />
      {pageText(`result.${result}`)}
    </span>
  );
}

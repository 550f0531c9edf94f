import type { Level } from "@custody/domain";
import { pageText } from "@custody/messages";
import { Flame, OctagonAlert, TriangleAlert } from "lucide-react";
import type { ReactNode } from "react";

const LOOKS = {
  warning: [TriangleAlert, "text-caution"],
  error: [OctagonAlert, "text-bad"],
  critical: [Flame, "text-bad"],
} as const;

/** Shown from a warning on: a list where everything is marked has no marks. */
export function LevelMark({ level }: { readonly level: Level }): ReactNode {
  if (level === "debug" || level === "info") return null;
  const [Icon, tone] = LOOKS[level] ?? LOOKS.warning;
  return (
    <span className={`inline-flex items-center gap-1 text-[11px] font-medium ${tone}`}>
      <Icon size={12} aria-hidden className="shrink-0" />
      {pageText(`level.${level}`)}
    </span>
  );
}

import { pageText } from "@custody/messages";
import type { ReactNode } from "react";
import type { Effect } from "./policy.ts";

const TONES: Readonly<Record<Effect, string>> = {
  allow: "bg-good-ground text-good",
  approve: "bg-caution-ground text-caution",
  deny: "bg-bad-ground text-bad",
  simulate: "bg-quiet-ground text-quiet",
};

export function EffectMark({ effect }: { readonly effect: Effect }): ReactNode {
  return <span className={`badge ${TONES[effect]}`}>{pageText(`policy.effect.${effect}`)}</span>;
}

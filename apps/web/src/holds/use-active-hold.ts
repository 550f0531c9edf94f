import { useState } from "react";
import { useKeys } from "../keyboard/use-keys.ts";
import type { Hold } from "./hold.ts";

/** The card that the keyboard stands on: `j` and `k` go on and back, `a` and `d` answer it. Nothing is answered unseen. */
export function useActiveHold(holds: readonly Hold[]): string | undefined {
  const [active, setActive] = useState<string>();
  const at = holds.findIndex(({ id }) => id === active);

  function moveTo(wanted: number): void {
    const hold = holds[Math.max(0, Math.min(holds.length - 1, wanted))];
    if (hold === undefined) return;
    setActive(hold.id);
    cardOf(hold.id)?.focus();
    cardOf(hold.id)?.scrollIntoView({ block: "nearest" });
  }

  function press(event: KeyboardEvent, does: "approve" | "deny"): void {
    event.preventDefault();
    // The first key only says which one is meant.
    if (active === undefined || at === -1) return moveTo(0);
    if (event.repeat) return;
    cardOf(active)?.querySelector<HTMLButtonElement>(`[data-does=${does}]`)?.click();
  }

  useKeys({
    j: () => moveTo(at + 1),
    k: () => moveTo(at - 1),
    a: (event) => press(event, "approve"),
    d: (event) => press(event, "deny"),
  });
  return active;
}

function cardOf(id: string): HTMLElement | null {
  return document.querySelector(`[data-hold="${CSS.escape(id)}"]`);
}

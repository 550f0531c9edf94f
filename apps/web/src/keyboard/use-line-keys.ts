import type { RefObject } from "react";
import { useKeys } from "./use-keys.ts";

/** `j` and `k` walk the lines of a page, which are links with `data-line`: Enter, and a screen reader, know what those are. */
export function useLineKeys(page: RefObject<HTMLElement | null>): void {
  function walk(event: KeyboardEvent, step: number): void {
    const lines = [...(page.current?.querySelectorAll<HTMLElement>("[data-line]") ?? [])];
    const at = lines.indexOf(document.activeElement as HTMLElement);
    const next = lines[Math.max(0, Math.min(lines.length - 1, at + step))];
    if (next === undefined) return;
    event.preventDefault();
    next.focus();
    next.scrollIntoView({ block: "nearest" });
  }
  const first = (event: KeyboardEvent): void => walk(event, Number.NEGATIVE_INFINITY);
  useKeys({ g: first, j: (event) => walk(event, 1), k: (event) => walk(event, -1) });
}

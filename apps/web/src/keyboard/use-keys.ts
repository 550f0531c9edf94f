import { useEffect, useRef } from "react";

/**
 * Keys that work anywhere on the page, except where somebody types, and while a dialog or a list of choices is open.
 * A handler gets its key from `KeyboardEvent.key`.
 */
export function useKeys(handlers: Readonly<Record<string, (event: KeyboardEvent) => void>>): void {
  const latest = useRef(handlers);
  useEffect(() => {
    latest.current = handlers;
  });
  useEffect(() => {
    function onKeyDown(event: KeyboardEvent): void {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
      const handler = Object.hasOwn(latest.current, event.key) ? latest.current[event.key] : undefined;
      if (handler === undefined || isElsewhere(event.target, event.key)) return;
      handler(event);
    }
    document.addEventListener("keydown", onKeyDown);
    return () => document.removeEventListener("keydown", onKeyDown);
  }, []);
}

/** Enter belongs to the button or link that has the focus; letters belong to the field. */
function isElsewhere(target: EventTarget | null, key: string): boolean {
  if (!(target instanceof Element)) return false;
  if (target.closest("input, textarea, select, [contenteditable], [role=dialog], [role=listbox]") !== null)
    return true;
  const isMoving = key === "ArrowDown" || key === "ArrowUp" || key === "Home";
  if (isMoving && target.closest("[data-scrolls]") !== null) return true;
  return key === "Enter" && target.closest("a, button, [role=button]") !== null;
}

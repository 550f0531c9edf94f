import type { RecordRow } from "@custody/domain";
import { useState } from "react";
import { useKeys } from "../keyboard/use-keys.ts";

export interface ActiveRow {
  readonly active: RecordRow | undefined;
  readonly clear: () => void;
}

/** The row that the keyboard stands on. It is known by its action, so it stays the same while others come and go. */
export function useActiveRow(
  rows: readonly RecordRow[],
  onOpen: (row: RecordRow) => void,
  onMove: (at: number) => void,
): ActiveRow {
  const [action, setAction] = useState<string>();
  const at = rows.findIndex((row) => row.action === action);

  function moveTo(event: KeyboardEvent, wanted: number): void {
    event.preventDefault();
    const next = Math.max(0, Math.min(rows.length - 1, wanted));
    const row = rows[next];
    if (row === undefined) return;
    setAction(row.action);
    onMove(next);
  }

  const next = (event: KeyboardEvent): void => moveTo(event, at + 1);
  const previous = (event: KeyboardEvent): void => moveTo(event, at - 1);
  const first = (event: KeyboardEvent): void => moveTo(event, 0);
  const leave = (): void => setAction(undefined);
  const open = (event: KeyboardEvent): void => {
    const row = rows[at];
    if (row === undefined) return;
    event.preventDefault();
    onOpen(row);
  };
  useKeys({
    j: next,
    ArrowDown: next,
    k: previous,
    ArrowUp: previous,
    g: first,
    Home: first,
    Enter: open,
    Escape: leave,
  });
  return { active: rows[at], clear: leave };
}

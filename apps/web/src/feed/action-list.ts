import type { RecordPage, RecordRow } from "@custody/domain";

/**
 * The list that is read, and what waits to enter it. All functions here are pure: a list goes in, a list comes out.
 *
 * A row stands for an action and keeps its place when the action's next record arrives, so that nothing moves under the
 * reader's eyes. `held` has rows that arrived while the list stood still, newest first as well.
 */
export interface ActionList {
  readonly rows: readonly RecordRow[];
  readonly held: readonly RecordRow[];
  /** More rows were held than are worth keeping: the list has to be loaded again to be whole. */
  readonly isHeldCut: boolean;
  /** For the next page; null when the beginning is reached. */
  readonly next: number | null;
  /** How many entries the ledger had when the list was loaded. */
  readonly size: number;
}

export const emptyList: ActionList = { rows: [], held: [], isHeldCut: false, next: null, size: 0 };

const HELD_ROWS_MAX = 5000;

export function firstPage(page: RecordPage): ActionList {
  return { rows: page.rows, held: [], isHeldCut: false, next: page.next, size: page.size };
}

/** Adds older rows below. An action that has moved up in the meantime, by a newer record, is there already. */
export function withOlderPage(list: ActionList, page: RecordPage): ActionList {
  const known = new Set(list.rows.concat(list.held).map(({ action }) => action));
  const older = page.rows.filter(({ action }) => !known.has(action));
  return { ...list, rows: [...list.rows, ...older], next: page.next };
}

/** What of a list may change: everything; only rows that are there already; nothing. */
export type Movement = "flowing" | "steady" | "paused";

/** Takes rows that arrived, oldest first. */
export function withArrived(list: ActionList, arrived: readonly RecordRow[], movement: Movement): ActionList {
  if (arrived.length === 0) return list;
  if (movement === "paused") return withHeld(list, arrived);
  const { rows, left } = updated(list.rows, arrived);
  if (movement === "flowing") return { ...list, rows: [...newestFirst(left), ...rows] };
  return withHeld({ ...list, rows }, left);
}

/** Lets everything in that was held. */
export function released(list: ActionList): ActionList {
  if (list.held.length === 0) return list;
  return withArrived({ ...list, held: [], isHeldCut: false }, [...list.held].reverse(), "flowing");
}

/** How many actions that are not in the list wait to enter it. */
export function heldCount(list: ActionList): number {
  if (list.held.length === 0) return 0;
  const known = new Set(list.rows.map(({ action }) => action));
  return list.held.filter(({ action }) => !known.has(action)).length;
}

function withHeld(list: ActionList, arrived: readonly RecordRow[]): ActionList {
  const { rows, left } = updated(list.held, arrived);
  const held = [...newestFirst(left), ...rows];
  const isHeldCut = list.isHeldCut || held.length > HELD_ROWS_MAX;
  return { ...list, held: held.slice(0, HELD_ROWS_MAX), isHeldCut };
}

/** Puts each arrived row in the place of its action's older one; those without one are left. */
function updated(
  rows: readonly RecordRow[],
  arrived: readonly RecordRow[],
): { rows: readonly RecordRow[]; left: readonly RecordRow[] } {
  const newest = new Map<string, RecordRow>();
  for (const row of arrived)
    if ((newest.get(row.action)?.index ?? -1) < row.index) newest.set(row.action, row);
  let isChanged = false;
  const next = rows.map((row) => {
    const arrivedRow = newest.get(row.action);
    if (arrivedRow === undefined) return row;
    newest.delete(row.action);
    if (arrivedRow.index <= row.index) return row;
    isChanged = true;
    return arrivedRow;
  });
  return { rows: isChanged ? next : rows, left: [...newest.values()] };
}

function newestFirst(rows: readonly RecordRow[]): RecordRow[] {
  return [...rows].sort((a, b) => b.index - a.index);
}

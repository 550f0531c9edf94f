/** A place of a list that is read, by the identifier of what stands there; what has left the list leaves its place empty. */
export interface SteadyPlace<Item> {
  readonly id: string;
  readonly item: Item | undefined;
}

export interface SteadyList<Item> {
  readonly places: readonly SteadyPlace<Item>[];
  /** How many there are that have no place yet, because they would move what is read. */
  readonly newCount: number;
}

/**
 * Puts what there is now, newest first, into the places that a reader has before them: nothing moves. What is older than all of
 * them is added at the end, whatever else is new waits.
 */
export function steadyList<Item extends { readonly id: string }>(
  shown: readonly string[],
  items: readonly Item[],
): SteadyList<Item> {
  const byId = new Map(items.map((item) => [item.id, item]));
  const known = new Set(shown);
  const last = items.findLastIndex(({ id }) => known.has(id));
  // Where nothing of it is left, there is nothing that could move.
  if (last === -1) return { newCount: 0, places: items.map((item) => ({ id: item.id, item })) };
  const places = shown.map((id) => ({ id, item: byId.get(id) }));
  const older = items.slice(last + 1).map((item) => ({ id: item.id, item }));
  const newCount = items.slice(0, last).filter(({ id }) => !known.has(id)).length;
  return { newCount, places: [...places, ...older] };
}

import type { ThreadNode } from "@custody/domain";

/** What has more than this below it is folded until somebody opens it; so is all but the end of a long thread. */
const OPEN_NODES_MAX = 60;

/** How many things stand below a node, at any depth. */
export function sizeBelow({ children, childrenLeft = 0 }: ThreadNode): number {
  return children.reduce((sum, child) => sum + 1 + sizeBelow(child), childrenLeft);
}

/** Which of the nodes at the top are open at first: all of a short thread; of a long one the last, which says how it stands. */
export function openAtFirst(nodes: readonly ThreadNode[]): ReadonlySet<string> {
  const total = nodes.reduce((sum, node) => sum + 1 + sizeBelow(node), 0);
  if (total <= OPEN_NODES_MAX) return new Set(nodes.map(keyOf));
  const last = nodes.at(-1);
  return new Set(last === undefined ? [] : [keyOf(last)]);
}

/** Below the top, what is small is open wherever what stands above it is. */
export function isSmall(node: ThreadNode): boolean {
  return sizeBelow(node) <= OPEN_NODES_MAX;
}

/** An action has one node in a session. */
export function keyOf({ action, kind, session }: ThreadNode): string {
  return `${kind} ${session} ${action}`;
}

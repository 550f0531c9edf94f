import type { JoinedBy, Thread, ThreadNode } from "@custody/domain";
import type { ThreadRecord } from "./facts.ts";
import { SessionJoiner } from "./join.ts";
import type { Piece } from "./piece.ts";
import { piecesBySession, type SessionPieces, threadSession } from "./session-pieces.ts";

export interface ThreadQuery {
  readonly session: string;
  /** What `next` of the page before says. */
  readonly from?: number | undefined;
  /** About so many nodes make a page; what belongs to one prompt is not divided. */
  readonly limit: number;
}

/** What stands below one thing beyond so many is only counted: a page has an end, whatever an agent does. */
const CHILDREN_MAX = 500;

/** Sub-agents of sub-agents are drawn so deep; what is below can be asked for by itself. */
const DEPTH_MAX = 20;

interface Branch {
  readonly node: Omit<ThreadNode, "children">;
  readonly children: Branch[];
  /** How many there are besides, which are not drawn. */
  readonly left: number;
}

/**
 * Draws what happened in a session as a tree: below each prompt the requests of its turn with their answers, below those the
 * tool calls, below those the statements, and sub-agents where they were begun. Undefined when there is no record of it.
 */
export function threadOf(
  records: Iterable<ThreadRecord>,
  query: ThreadQuery,
): Omit<Thread, "isCut" | "records"> | undefined {
  const sessions = piecesBySession(records);
  const root = sessions.get(query.session);
  if (root === undefined) return undefined;
  const { joined, loose } = new Tree(sessions, root).grow(root, 0);
  return { session: threadSession(root), ...pageOf(joined, loose, query) };
}

interface Grown {
  /** What stands at the top, in the order of the ledger. */
  readonly joined: Branch[];
  readonly loose: Branch[];
}

class Tree {
  /** By the session that began them; each stands in the tree once, also when it is said to have begun its own ancestor. */
  readonly #childrenOf = new Map<string, SessionPieces[]>();

  constructor(sessions: ReadonlyMap<string, SessionPieces>, root: SessionPieces) {
    for (const session of sessions.values())
      if (session.parent !== undefined && session !== root)
        this.#childrenOf.set(session.parent, [...(this.#childrenOf.get(session.parent) ?? []), session]);
  }

  grow(session: SessionPieces, depth: number): Grown {
    const joiner = new SessionJoiner(session);
    const branches = new Map<Piece, Branch>(
      session.pieces.map((piece) => [piece, { children: [], left: 0, node: nodeOf(piece) }]),
    );
    const grown: Grown = { joined: [], loose: [] };
    for (const [piece, branch] of branches) {
      const { by, missing, parent } = joiner.jointOf(piece);
      if (parent !== undefined) branches.get(parent)?.children.push(withJoint(branch, by));
      else if (missing !== undefined) grown.loose.push({ ...branch, node: { ...branch.node, missing } });
      else (canStandAlone(piece) ? grown.joined : grown.loose).push(branch);
    }
    for (const child of this.#childrenOf.get(session.id) ?? []) {
      const { by, parent } = beginningOf(child, joiner);
      const beside = parent === undefined ? undefined : branches.get(parent)?.children;
      (beside ?? grown.joined).push(this.#sessionBranch(child, by, depth + 1));
    }
    for (const { children } of branches.values()) children.sort(inOrder);
    grown.joined.sort(inOrder);
    return grown;
  }

  /** What of a sub-agent is not joined stands at the end of its own thread, and says so by having no `joinedBy`. */
  #sessionBranch(child: SessionPieces, joinedBy: JoinedBy, depth: number): Branch {
    const { facts, index } = child.started ?? child.first;
    const isTooDeep = depth > DEPTH_MAX;
    const { joined, loose } = isTooDeep ? { joined: [], loose: [] } : this.grow(child, depth);
    return {
      children: [...joined, ...loose],
      left: isTooDeep ? child.pieces.length : 0,
      node: {
        action: facts.action,
        index,
        joinedBy,
        kind: "session",
        of: threadSession(child),
        session: child.id,
        state: child.ended === undefined ? "open" : "ended",
        time: facts.time,
      },
    };
  }
}

/** A prompt begins something, and so does a request that no prompt is known of. */
function canStandAlone({ kind }: Piece): boolean {
  return kind === "prompt" || kind === "request";
}

function withJoint(branch: Branch, by: JoinedBy | undefined): Branch {
  return by === undefined ? branch : { ...branch, node: { ...branch.node, joinedBy: by } };
}

/** The call that began a sub-agent: the one that its start names, or the only one that was running then. */
function beginningOf(
  child: SessionPieces,
  joiner: SessionJoiner,
): { readonly parent?: Piece | undefined; readonly by: JoinedBy } {
  const { facts, index } = child.started ?? child.first;
  const { tool, toolBy } = facts.links;
  const named = tool === undefined ? undefined : joiner.tool(tool);
  if (named !== undefined) return { by: toolBy ?? "id", parent: named };
  const only = joiner.onlyToolAt(index, facts.time);
  return only === undefined ? { by: "credential" } : { by: "time", parent: only };
}

function inOrder(a: Branch, b: Branch): number {
  return a.node.index - b.node.index;
}

function nodeOf(piece: Piece): Branch["node"] {
  const { action, answer, index, isReported, kind, name, outcome, rows, rule, session, state, text, time } =
    piece;
  const { usage, verbs } = piece;
  return {
    kind,
    index,
    action,
    time,
    session,
    state,
    ...(isReported ? { isReported } : undefined),
    ...(text === undefined ? undefined : { text }),
    ...(answer === undefined ? undefined : { answer }),
    ...(name === undefined ? undefined : { name }),
    ...(verbs === undefined ? undefined : { verbs }),
    ...(rows === undefined ? undefined : { rows }),
    ...(outcome === undefined ? undefined : { outcome }),
    ...(rule === undefined ? undefined : { rule }),
    ...(usage === undefined ? undefined : { usage }),
  };
}

/** `from` counts what stands at the top: first what is joined, then what is not. */
function pageOf(
  joined: readonly Branch[],
  loose: readonly Branch[],
  { from = 0, limit }: ThreadQuery,
): Pick<Thread, "next" | "nodes" | "notJoined"> {
  const all = [...joined, ...loose];
  let end = from;
  for (let count = 0; end < all.length && count < limit; end += 1) count += sizeOf(all[end] as Branch);
  return {
    next: end < all.length ? end : null,
    nodes: joined.slice(from, end).map(finished),
    notJoined: all.slice(Math.max(from, joined.length), end).map(finished),
  };
}

function sizeOf({ children }: Branch): number {
  return children.slice(0, CHILDREN_MAX).reduce((sum, each) => sum + sizeOf(each), 1);
}

function finished({ children, left: undrawn, node }: Branch): ThreadNode {
  const left = undrawn + Math.max(0, children.length - CHILDREN_MAX);
  return {
    ...node,
    children: children.slice(0, CHILDREN_MAX).map(finished),
    ...(left > 0 ? { childrenLeft: left } : undefined),
  };
}

import type { ThreadSession } from "@custody/domain";
import { addUsage, emptySum, type Sum } from "../query/cost-sums.ts";
import type { ThreadFacts, ThreadRecord } from "./facts.ts";
import { addRecord, kindOf, newPiece, type Piece } from "./piece.ts";

/** What the records of one session are, before they are joined. */
export interface SessionPieces {
  readonly id: string;
  parent?: string;
  agent?: string;
  person?: string;
  /** Of its first record. */
  first: ThreadRecord;
  /** The record of its start. */
  started?: ThreadRecord;
  ended?: ThreadRecord;
  /** In the order of the ledger. */
  readonly pieces: Piece[];
  others: number;
  readonly cost: Sum;
}

/**
 * Sorts records by session and act. They may come in any order, and more than once: a record counts once, and where it stands
 * in the ledger says what came first.
 */
export function piecesBySession(records: Iterable<ThreadRecord>): ReadonlyMap<string, SessionPieces> {
  const ordered = [...records].sort((a, b) => a.index - b.index);
  const sessions = new Map<string, SessionPieces>();
  const pieces = new Map<string, Piece>();
  const seen = new Set<string>();
  for (const found of ordered) {
    const { facts, index } = found;
    if (facts.session === undefined || seen.has(facts.id)) continue;
    seen.add(facts.id);
    const session = sessionFor(sessions, facts.session, found);
    learn(session, found);
    const kind = kindOf(facts.type);
    if (kind === undefined) {
      if (facts.type !== "session.started" && facts.type !== "session.ended") session.others += 1;
      continue;
    }
    const key = JSON.stringify([facts.session, kind, facts.action]);
    let piece = pieces.get(key);
    if (piece === undefined) {
      piece = newPiece(kind, facts.session, index, facts);
      pieces.set(key, piece);
      session.pieces.push(piece);
    }
    addRecord(piece, facts);
    if (facts.usage !== undefined) addUsage(session.cost, usageRow(index, facts));
  }
  return sessions;
}

function usageRow(row: number, { isReported, usage }: ThreadFacts): Parameters<typeof addUsage>[1] {
  const counted = usage as NonNullable<typeof usage>;
  const isUnpriced = counted.costMicros === null || counted.currency !== "USD";
  return {
    ...counted,
    costMicros: isUnpriced ? 0 : (counted.costMicros ?? 0),
    isReported,
    isUnpriced,
    row,
  };
}

function sessionFor(sessions: Map<string, SessionPieces>, id: string, first: ThreadRecord): SessionPieces {
  const known = sessions.get(id);
  if (known !== undefined) return known;
  const session = { cost: emptySum(), first, id, others: 0, pieces: [] };
  sessions.set(id, session);
  return session;
}

/** Who it is, by its start, or by whatever says it first. */
function learn(session: SessionPieces, found: ThreadRecord): void {
  const { agent, parentSession, person, type } = found.facts;
  if (type === "session.started") session.started ??= found;
  if (type === "session.ended") {
    session.ended ??= found;
    // Whoever ended it may be somebody else.
    return;
  }
  if (parentSession !== undefined) session.parent ??= parentSession;
  if (agent !== undefined) session.agent ??= agent;
  if (person !== undefined) session.person ??= person;
}

export function threadSession({ agent, cost, id, others, person, pieces }: SessionPieces): ThreadSession {
  const statements = pieces.filter(({ kind }) => kind === "statement");
  return {
    id,
    ...(agent === undefined ? undefined : { agent }),
    ...(person === undefined ? undefined : { person }),
    others,
    statements: statements.length,
    rowsAffected: statements.reduce(
      (sum, { outcome, rows }) => sum + (outcome === "rolled-back" ? 0 : (rows?.affected ?? 0)),
      0,
    ),
    cost,
  };
}

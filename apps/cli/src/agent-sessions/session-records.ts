import { type Actor, type RecordDraft, rfc3339, type SessionIdentity } from "@custody/domain";
import type { RecordedPiece, RunEnd } from "./run-requests.ts";

/** Why a session is over. */
export type EndReason = "exited" | "stopped" | "unknown";

export interface SessionEnd extends RunEnd {
  readonly reason: EndReason;
  /** Whoever ended it. */
  readonly actor: Actor;
  /** What whoever stopped it said. */
  readonly why?: string;
}

export function sessionEndedRecord(
  { actor: agent, id, project }: SessionIdentity,
  { actor, exitCode, reason, signal, why }: SessionEnd,
  action: string,
  nowUs: number,
): RecordDraft {
  return {
    action,
    actor,
    details: {
      reason,
      ...(exitCode === undefined ? undefined : { exitCode }),
      ...(signal === undefined ? undefined : { signal }),
      ...(why ? { why } : undefined),
    },
    level: reason === "exited" ? "info" : "warning",
    links: {},
    message: { key: "session.ended", params: { agent: agent.agent?.name ?? "", reason } },
    project,
    session: id,
    time: rfc3339(nowUs),
    type: "session.ended",
  };
}

/** Before its body is stored, so that it can be said under which key. */
export function terminalRecordedRecord(
  { actor, id, project }: SessionIdentity,
  { recording: _, droppedBytes, ...piece }: RecordedPiece,
  action: string,
  nowUs: number,
): RecordDraft {
  return {
    action,
    actor,
    details: { ...piece, ...(droppedBytes > 0 ? { droppedBytes } : undefined) },
    level: droppedBytes > 0 ? "warning" : "debug",
    links: {},
    message: { key: "terminal.recorded", params: { agent: actor.agent?.name ?? "", piece: piece.piece } },
    project,
    session: id,
    time: rfc3339(nowUs),
    type: "terminal.recorded",
  };
}

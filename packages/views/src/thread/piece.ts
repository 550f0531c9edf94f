import type { Effect, JoinedBy, ThreadText, Usage } from "@custody/domain";
import type { ThreadFacts } from "./facts.ts";

/** One act of a session, made of all records of its action, before anybody knows where it belongs. */
export interface Piece {
  readonly kind: "prompt" | "request" | "tool" | "statement";
  readonly index: number;
  readonly action: string;
  readonly time: string;
  readonly session: string;
  state: string;
  isReported: boolean;
  text?: ThreadText | undefined;
  answer?: ThreadText | undefined;
  name?: string | undefined;
  verbs?: readonly string[] | undefined;
  rows?: Effect["rows"] | undefined;
  outcome?: string | undefined;
  rule?: string | undefined;
  usage?: Usage | undefined;
  /** When it was over, if it was. */
  endedAt?: string;
  /** What its records name. */
  tool?: string | undefined;
  toolBy?: JoinedBy | undefined;
  request?: string | undefined;
  prompt?: string | undefined;
}

export function kindOf(type: string): Piece["kind"] | undefined {
  if (type === "prompt.submitted") return "prompt";
  if (type.startsWith("model.request.")) return "request";
  if (type.startsWith("tool.call.")) return "tool";
  return type.startsWith("db.statement.") ? "statement" : undefined;
}

export function newPiece(
  kind: Piece["kind"],
  session: string,
  index: number,
  { action, time }: ThreadFacts,
): Piece {
  return { action, index, isReported: false, kind, session, state: "", time };
}

/** What a later record says goes before what an earlier one said; what it does not say stays. */
export function addRecord(piece: Piece, facts: ThreadFacts): void {
  const { error, isReported, links, name, outcome, result, rows, rule, text, time, type, usage, verbs } =
    facts;
  piece.state = type.slice(type.lastIndexOf(".") + 1);
  const isOver = piece.state !== "requested" && piece.state !== "answered";
  if (isOver) piece.endedAt = time;
  if (isReported) piece.isReported = true;
  // The end of a request has what the model said; everything else repeats what was asked.
  const isAnswer = piece.kind === "request" && isOver;
  piece.answer = error ?? result ?? (isAnswer ? text : undefined) ?? piece.answer;
  if (!isAnswer) piece.text = text ?? piece.text;
  piece.name = name ?? piece.name;
  piece.verbs = verbs ?? piece.verbs;
  piece.rows = rows ?? piece.rows;
  piece.outcome = outcome ?? piece.outcome;
  piece.rule = rule ?? piece.rule;
  piece.usage = usage ?? piece.usage;
  piece.tool = links.tool ?? piece.tool;
  piece.toolBy = links.toolBy ?? piece.toolBy;
  // The end of a call names the request that brought its result back, and not the one that asked for it.
  if (piece.kind !== "tool" || piece.state === "requested") piece.request = links.request ?? piece.request;
  piece.prompt = links.prompt ?? piece.prompt;
}

import {
  type Action,
  type Approval,
  type Decision,
  type Duration,
  type Level,
  type Links,
  type RecordDraft,
  rfc3339,
  type StoredBody,
  type Usage,
} from "@custody/domain";
import type { AnswerContent, Said, ToolResult } from "./reading/content.ts";
import type { OpenCall } from "./tool-calls.ts";

type Details = NonNullable<RecordDraft["details"]>;

export type RequestEnd = "completed" | "denied" | "failed" | "cancelled" | "unknown";

const TYPES = {
  cancelled: "model.request.cancelled",
  completed: "model.request.completed",
  denied: "model.request.denied",
  failed: "model.request.failed",
  requested: "model.request.requested",
  unknown: "model.request.unknown",
} as const;

/** The record that stands before anything is forwarded. */
export function requestedRecord(action: Action, decision: Decision, details: Details): RecordDraft {
  return { ...common(action, decision, "requested", "info", action.timeUs), details };
}

export interface RequestEnding {
  readonly answer?: AnswerContent;
  readonly approval?: Approval;
  readonly bodies: readonly StoredBody[];
  readonly details: Details;
  readonly duration: Duration;
  readonly end: RequestEnd;
  readonly nowUs: number;
  readonly usage?: Usage;
}

/** The one record that closes a request. */
export function finalRecord(action: Action, decision: Decision, ending: RequestEnding): RecordDraft {
  const { answer, approval, bodies, details, duration, end, nowUs, usage } = ending;
  const level = end === "completed" ? "info" : end === "unknown" ? "error" : "warning";
  return {
    ...common(action, decision, end, level, nowUs),
    ...(approval === undefined ? undefined : { approval }),
    ...(bodies.length === 0 ? undefined : { blobs: bodies }),
    details: { ...details, ...(answer === undefined ? undefined : answerDetails(answer)) },
    duration,
    ...(answer === undefined || answer.text.text === ""
      ? undefined
      : { statement: statementOf(answer.text) }),
    ...(usage === undefined ? undefined : { usage }),
  };
}

/** What a person has said, once. */
export function promptRecord(action: Action, prompt: Said, id: string, nowUs: number): RecordDraft {
  return {
    action: id,
    actor: action.session.actor,
    ...cutDetails(prompt),
    level: "info",
    links: { prompt: id, request: action.id },
    message: { key: "prompt.submitted", params: { target: action.target.name } },
    project: action.session.project,
    session: action.session.id,
    statement: statementOf(prompt),
    target: action.target,
    time: rfc3339(nowUs),
    type: "prompt.submitted",
  };
}

/** A model has asked for a tool. */
export function toolRequestedRecord(action: Action, id: string, call: OpenCall, nowUs: number): RecordDraft {
  return toolRecord(action, id, call, "tool.call.requested", "info", nowUs, { name: call.name });
}

/** Its result went back to the model, with `action`. */
export function toolEndedRecord(
  action: Action,
  result: ToolResult,
  call: OpenCall,
  nowUs: number,
): RecordDraft {
  const { id, isError } = result;
  const type = isError ? "tool.call.failed" : "tool.call.completed";
  return toolRecord(action, id, call, type, isError ? "warning" : "info", nowUs, {
    isError,
    name: call.name,
    result: result.result.text,
    ...(result.result.isCut ? { isCut: true } : undefined),
  });
}

/** Somebody came with a token that lets nobody in, or to an address that leads nowhere. */
export function refusedRecord(
  id: string,
  why: {
    readonly address: string;
    /** How many it speaks of: of those that follow within a minute only the number is kept. */
    readonly count: number;
    readonly project: string;
    readonly reason: string;
    readonly target?: string | undefined;
  },
  nowUs: number,
): RecordDraft {
  const { address, count, project, reason, target = "" } = why;
  return {
    action: id,
    actor: { service: "custody" },
    details: { address, count, reason },
    level: "warning",
    links: {},
    message: { key: "model.request.refused", params: { target } },
    project,
    time: rfc3339(nowUs),
    type: "model.request.refused",
  };
}

function common(
  action: Action,
  decision: Decision,
  step: RequestEnd | "requested",
  level: Level,
  timeUs: number,
): RecordDraft {
  const type = TYPES[step];
  return {
    action: action.id,
    actor: action.session.actor,
    decision,
    level,
    links: action.links,
    message: messageOf(action, type),
    operations: action.operations,
    project: action.session.project,
    session: action.session.id,
    target: action.target,
    time: rfc3339(timeUs),
    type,
  };
}

/** Requests of a kind to a model share what they do, and so what is said of them. */
const messages = new WeakMap<Action["operations"], Map<string, RecordDraft["message"]>>();

function messageOf({ operations, target }: Action, type: string): RecordDraft["message"] {
  const known = messages.get(operations) ?? new Map<string, RecordDraft["message"]>();
  messages.set(operations, known);
  const [operation] = operations;
  const [named] = operation?.objects ?? [];
  const message = known.get(type) ?? {
    key: type,
    params: { model: named?.name ?? "", target: target.name, verb: operation?.verb ?? "" },
  };
  known.set(type, message);
  return message;
}

function toolRecord(
  action: Action,
  id: string,
  call: OpenCall,
  type: "tool.call.requested" | "tool.call.completed" | "tool.call.failed",
  level: Level,
  nowUs: number,
  details: Details,
): RecordDraft {
  const links: Links = {
    request: action.id,
    tool: id,
    toolBy: "id",
    ...(call.prompt === undefined ? undefined : { prompt: call.prompt }),
  };
  return {
    action: call.action,
    actor: action.session.actor,
    details,
    level,
    links,
    message: { key: type, params: { name: call.name } },
    project: action.session.project,
    session: action.session.id,
    statement: call.input,
    time: rfc3339(nowUs),
    type,
  };
}

function answerDetails({
  calls,
  error,
  id,
  isWhole,
  model,
  stopReason,
  text,
  unreadable,
}: AnswerContent): Details {
  return {
    ...(id === undefined ? undefined : { answerId: id }),
    ...(model === undefined ? undefined : { answeredBy: model }),
    ...(error === undefined ? undefined : { error: error.message, errorType: error.type }),
    ...(text.isCut ? { isCut: true } : undefined),
    isWhole,
    ...(stopReason === undefined ? undefined : { stopReason }),
    ...(calls.length === 0 ? undefined : { tools: calls.map(({ name }) => name) }),
    ...(unreadable === undefined ? undefined : { unreadable }),
  };
}

function cutDetails({ isCut }: Said): { readonly details?: Details } {
  return isCut ? { details: { isCut } } : {};
}

function statementOf({ digest, text }: Said): { readonly digest: string; readonly text: string } {
  return { digest, text };
}

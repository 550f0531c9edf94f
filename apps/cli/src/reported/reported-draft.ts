import { createHash } from "node:crypto";
import { type Actor, type RecordDraft, rfc3339, type SessionIdentity } from "@custody/domain";
import type { ReportedEvent } from "@custody/server";
import { derivedId, isOurs } from "./derived-id.ts";

export interface ReportedCircumstances {
  readonly event: ReportedEvent;
  /** Whose token it was reported with. */
  readonly human: NonNullable<Actor["human"]>;
  /** The session that Custody has opened, where the event names one. */
  readonly known: SessionIdentity | undefined;
  /** The run of the program, for what names no session. */
  readonly instance: string;
  readonly newId: () => string;
  readonly nowUs: number;
}

/**
 * A record of what somebody reports. The time, the person and every identifier that others could hold against something
 * that was seen are ours: what is reported can name nothing that Custody itself has named, except by a link to it.
 */
export function reportedDraft(circumstances: ReportedCircumstances): RecordDraft {
  const { event, human, instance, known, newId, nowUs } = circumstances;
  const session = known?.id ?? derivedId("session", human.id, event.session ?? instance);
  const idOf = (name: string) => derivedId("action", session, name);
  const action = event.action === undefined ? newId() : idOf(event.action);
  const { agent = known?.actor.agent, text, type } = event;
  return {
    action,
    actor: {
      ...(agent === undefined
        ? undefined
        : { agent: { ...agentOf(agent), instance: agent.instance ?? session } }),
      human,
    },
    details: detailsOf(event),
    level: event.level ?? (type.endsWith(".failed") ? "warning" : "info"),
    links: linksOf(event, type === "prompt.submitted" ? action : undefined, idOf),
    message: messageOf(event),
    project: event.project,
    session,
    ...(text === undefined ? undefined : { statement: { digest: digestOf(text), text } }),
    ...modelOf(event),
    time: rfc3339(nowUs),
    type,
  };
}

function agentOf({ model, name, version }: NonNullable<ReportedEvent["agent"]>) {
  return {
    name,
    ...(model === undefined ? undefined : { model }),
    ...(version === undefined ? undefined : { version }),
  };
}

/** Ours last: nobody says them in our place. */
function detailsOf({ details, human, time }: ReportedEvent): NonNullable<RecordDraft["details"]> {
  return {
    ...details,
    ...(human === undefined ? undefined : { onBehalfOf: human }),
    ...(time === undefined ? undefined : { reportedTime: time }),
  };
}

function linksOf(
  { links: { commit, prompt, request, tool, traceparent } = {} }: ReportedEvent,
  own: string | undefined,
  idOf: (name: string) => string,
): RecordDraft["links"] {
  const linked = (name: string) => (isOurs(name) ? name : idOf(name));
  return {
    ...(commit === undefined ? undefined : { commit }),
    ...(prompt === undefined ? own && { prompt: own } : { prompt: linked(prompt) }),
    ...(request === undefined ? undefined : { request: linked(request) }),
    ...(tool === undefined ? undefined : { tool, toolBy: "id" as const }),
    ...(traceparent === undefined ? undefined : { traceparent }),
  };
}

/** How much of what a program says stands in a list. */
const WHAT_LENGTH_MAX = 200;

function messageOf({ details, model, type }: ReportedEvent): RecordDraft["message"] {
  if (type.startsWith("app.")) {
    const { message } = details ?? {};
    const what = typeof message === "string" && message !== "" ? message.slice(0, WHAT_LENGTH_MAX) : type;
    return { key: "app.event", params: { what: what.replace(/[\ud800-\udbff]$/, "") } };
  }
  const name = String(details?.["name"] ?? "");
  const params = { model: model?.name ?? "", name, target: model?.provider ?? "", verb: model?.verb ?? "" };
  return { key: type, params };
}

function modelOf({ model, usage }: ReportedEvent): Pick<RecordDraft, "operations" | "target" | "usage"> {
  if (model === undefined) return {};
  const { name, provider, verb } = model;
  const object = { database: provider, name, resolved: "syntax", role: "read" } as const;
  return {
    operations: [{ kind: "call", objects: [object], tier: "read", verb }],
    target: { environment: "production", kind: "model", name: provider },
    ...(usage === undefined
      ? undefined
      : { usage: { ...usage, costMicros: null, currency: "USD", model: name, prices: "", provider } }),
  };
}

function digestOf(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

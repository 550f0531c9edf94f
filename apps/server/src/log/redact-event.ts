import type { Redactor } from "@custody/secrets";
import type { ReportedEvent } from "./reported-event.ts";

/** Half of a pair that stands for one character: a text that is kept for ever cannot have it. */
const lone = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

/** Without secrets, whatever whoever reports has left in it, and with no text that could not be written down. */
export function redactEvent(event: ReportedEvent, redactor: Redactor): ReportedEvent {
  const { agent, details, human, text } = event;
  const clean = (value: string) => redactor.redact(value.replace(lone, "\ufffd"));
  const named = (name: string, value: string) => redactor.redactValue(name, value.replace(lone, "\ufffd"));
  return {
    ...(wellFormed(event) as ReportedEvent),
    ...(agent === undefined ? undefined : { agent: { ...agent, name: clean(agent.name) } }),
    ...(human === undefined ? undefined : { human: clean(human) }),
    ...(text === undefined ? undefined : { text: clean(text) }),
    ...(details === undefined ? undefined : { details: cleanDetails(details, named) }),
  };
}

type Details = NonNullable<ReportedEvent["details"]>;

function cleanDetails(details: Details, clean: (name: string, value: string) => string): Details {
  return Object.fromEntries(
    Object.entries(details).map(([name, value]) => {
      if (typeof value === "string") return [name, clean(name, value)];
      return [name, typeof value === "object" ? value.map((each) => clean(name, each)) : value];
    }),
  );
}

/** The short members, which are names. */
function wellFormed(value: unknown): unknown {
  if (typeof value === "string") return value.replace(lone, "\ufffd");
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, wellFormed(each)]));
}

import { type Level, type RecordDraft, rfc3339 } from "@custody/domain";
import { humanOf, type Principal } from "../access/principal.ts";

type Details = NonNullable<RecordDraft["details"]>;

/** What a record about people says, besides who, when, and which. */
export interface Fact {
  readonly type: string;
  readonly level: Level;
  readonly details: Details;
  /** For the message. */
  readonly params: RecordDraft["message"]["params"];
}

/** One record about people. How whoever did it came in stands in `details.method`. */
export function identityDraft(
  { details, level, params, type }: Fact,
  by: Principal,
  { action, nowUs }: { readonly action: string; readonly nowUs: number },
): RecordDraft {
  return {
    action,
    actor: { human: humanOf(by) },
    details: { by: by.name, method: by.method, ...details },
    level,
    links: {},
    message: { key: type, params: { by: by.name, ...params } },
    project: "",
    time: rfc3339(nowUs),
    type,
  };
}

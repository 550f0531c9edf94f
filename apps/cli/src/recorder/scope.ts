import type { RecordDraft } from "@custody/domain";
import type { NewEntry } from "@custody/ledger";

/** Records about Custody itself and about who may do what: they outlive the sessions that they speak of. */
const GOVERNANCE = /^(policy|session|key|ledger|disk|config|checkpoint)\./;

const sessionScopes = new Map<string, NewEntry["scope"]>();
const SCOPES_MAX = 10_000;

/** Which data key encrypts a record: the session's own, or the project's for what must stay readable. */
export function scopeOf({ project, session, type }: RecordDraft): NewEntry["scope"] {
  if (session === undefined || GOVERNANCE.test(type)) return { class: "governance", project };
  let scope = sessionScopes.get(session);
  if (scope?.project !== project) {
    scope = Object.freeze({ class: "session", project, session });
    if (sessionScopes.size >= SCOPES_MAX) sessionScopes.clear();
    sessionScopes.set(session, scope);
  }
  return scope as NewEntry["scope"];
}

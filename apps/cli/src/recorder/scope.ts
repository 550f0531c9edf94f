import type { RecordDraft } from "@custody/domain";
import type { NewEntry } from "@custody/ledger";
import {
  classFor,
  GOVERNANCE_CLASS,
  KEEP_ALL,
  type RetentionRules,
  SESSION_CLASS,
} from "../retention/retention-rules.ts";

type Scope = NewEntry["scope"];

/** Records about Custody itself and about who may do what: they outlive the sessions that they speak of. */
const GOVERNANCE =
  /^(access|alert|approval|checkpoint|config|disk|freeze|hold|key|ledger|policy|retention|role|session|target|token|user)\./;

const SCOPES_MAX = 10_000;
const DAY_MS = 86_400_000;

/** Says which data key encrypts a record: records that are to go together share one. */
export class Scopes {
  readonly #rules: RetentionRules;
  /** A frozen scope for each class of a session, so that the ledger need not name it each time. */
  readonly #known = new Map<string, Scope>();

  constructor(rules: RetentionRules = KEEP_ALL) {
    this.#rules = rules;
  }

  of(draft: Pick<RecordDraft, "level" | "project" | "session" | "time" | "type">): Scope {
    const { project, session, time, type } = draft;
    if (GOVERNANCE.test(type)) return { class: GOVERNANCE_CLASS, project };
    const found = this.#rules.classes.length === 0 ? undefined : classFor(this.#rules, draft);
    if (session !== undefined) return this.#scope(project, found ?? SESSION_CLASS, session);
    if (found === undefined) return { class: GOVERNANCE_CLASS, project };
    // Without a session there must be an end as well, or the class would have one key for ever.
    return this.#scope(project, found, `day ${Math.floor(Date.parse(time) / DAY_MS)}`);
  }

  #scope(project: string, name: string, session: string): Scope {
    const key = name === SESSION_CLASS ? session : `${name}\0${session}`;
    let scope = this.#known.get(key);
    if (scope?.project !== project) {
      scope = Object.freeze({ class: name, project, session });
      if (this.#known.size >= SCOPES_MAX) this.#known.clear();
      this.#known.set(key, scope);
    }
    return scope;
  }
}

import type { SessionIdentity } from "@custody/domain";
import type { ToolWatch } from "../tool-watch.ts";
import { ToolCalls } from "./tool-calls.ts";

/** What is known of a session from one request to the next. */
export interface SessionTrail {
  readonly calls: ToolCalls;
  /** The action of what a person said last. */
  prompt: string | undefined;
}

/** Sessions that are remembered. Of the others, results of tools are recorded without the call that they belong to. */
const TRAILS_MAX = 10_000;

export class SessionTrails {
  readonly #tools: ToolWatch;
  /** In the order of their last use. */
  readonly #trails = new Map<string, SessionTrail>();

  constructor(tools: ToolWatch) {
    this.#tools = tools;
  }

  /** `run`: the session whose credentials came with the request; of an agent's first agent, the session itself. */
  of(session: SessionIdentity, run: string): SessionTrail {
    const trail = this.#trails.get(session.id) ?? {
      calls: new ToolCalls(run, this.#tools),
      prompt: undefined,
    };
    this.#trails.delete(session.id);
    this.#trails.set(session.id, trail);
    const [oldest] = this.#trails.keys();
    if (oldest !== undefined && this.#trails.size > TRAILS_MAX) this.#trails.delete(oldest);
    return trail;
  }
}

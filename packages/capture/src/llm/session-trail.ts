import type { SessionIdentity } from "@custody/domain";
import type { ToolWatch } from "../tool-watch.ts";
import { RecentlyUsed } from "./recently-used.ts";
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
  readonly #trails = new RecentlyUsed<SessionTrail>(TRAILS_MAX);

  constructor(tools: ToolWatch) {
    this.#tools = tools;
  }

  /** `run`: the session whose credentials came with the request; of an agent's first agent, the session itself. */
  of(session: SessionIdentity, run: string): SessionTrail {
    return this.#trails.of(session.id, () => ({
      calls: new ToolCalls(run, this.#tools),
      prompt: undefined,
    }));
  }
}

import type { RunningTool, ToolWatch } from "../tool-watch.ts";

/** What a later record of the same call repeats. */
export interface OpenCall {
  readonly action: string;
  readonly input: { readonly digest: string; readonly text: string };
  readonly name: string;
  readonly prompt?: string;
}

/** Calls of one session whose answer never came are forgotten, oldest first. */
const OPEN_MAX = 1000;

/** The calls of tools of one session, from the answer that asks for one to the request that brings its result. */
export class ToolCalls {
  readonly #run: string;
  readonly #watch: ToolWatch;
  readonly #open = new Map<string, OpenCall>();

  /** `run` is the session that came with credentials: of a sub-agent, the one at the top. */
  constructor(run: string, watch: ToolWatch) {
    this.#run = run;
    this.#watch = watch;
  }

  opened(id: string, call: OpenCall): void {
    const [oldest] = this.#open.keys();
    if (oldest !== undefined && this.#open.size >= OPEN_MAX) this.closed(oldest);
    this.#open.set(id, call);
    const running: RunningTool = {
      tool: id,
      ...(call.prompt === undefined ? undefined : { prompt: call.prompt }),
    };
    this.#watch.begun(this.#run, running);
  }

  /** Somebody has said something new where these had no result yet: they were broken off. */
  brokenOff(ids: readonly string[]): void {
    for (const id of ids) this.closed(id);
  }

  /** The call that this is the result of; undefined when it was never seen, as after a restart. */
  closed(id: string): OpenCall | undefined {
    const call = this.#open.get(id);
    this.#open.delete(id);
    this.#watch.ended(this.#run, id);
    return call;
  }
}

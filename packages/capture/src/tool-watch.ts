/** A call of a tool that a model has asked for, and whose answer has not gone back to it. */
export interface RunningTool {
  /** The provider's identifier of it. */
  readonly tool: string;
  /** The action of the prompt that it serves, where one is known. */
  readonly prompt?: string;
}

/** More calls at a time than this are not told from each other anyway. */
const RUNNING_MAX = 1000;

/**
 * Which tools run now, by the run that they belong to. A statement comes with a run's credentials, not with a call's: so it
 * can be said to belong to a call only while there is one.
 */
export class ToolWatch {
  readonly #runs = new Map<string, Map<string, RunningTool>>();

  begun(run: string, running: RunningTool): void {
    const tools = this.#runs.get(run) ?? new Map<string, RunningTool>();
    if (tools.size >= RUNNING_MAX) return;
    tools.set(running.tool, Object.freeze(running));
    this.#runs.set(run, tools);
  }

  ended(run: string, tool: string): void {
    const tools = this.#runs.get(run);
    tools?.delete(tool);
    if (tools?.size === 0) this.#runs.delete(run);
  }

  /** The one that runs; undefined when there is none, or more than one. */
  running(run: string): RunningTool | undefined {
    const tools = this.#runs.get(run);
    if (tools?.size !== 1) return undefined;
    const [only] = tools.values();
    return only;
  }
}

import type { Links } from "@custody/domain";
import type { RunningTool } from "../tool-watch.ts";

/**
 * What joins the records of a connection to others. A statement comes by the credentials of its session; to which call of a
 * tool it belongs can only be said by when it came, and only while one call runs.
 *
 * The same object comes back as long as nothing changes, so that the statements of a connection share it.
 */
export class ConnectionLinks {
  readonly #connection: string;
  readonly #runningTool: () => RunningTool | undefined;
  readonly #plain: Links;
  #running: RunningTool | undefined;
  #joined: Links | undefined;

  constructor(connection: string, runningTool: () => RunningTool | undefined = () => undefined) {
    this.#connection = connection;
    this.#runningTool = runningTool;
    this.#plain = Object.freeze({ connection });
  }

  /** Of a statement that comes now. */
  now(): Links {
    const running = this.#runningTool();
    if (running === undefined) return this.#plain;
    if (running !== this.#running) {
      this.#running = running;
      this.#joined = Object.freeze({ connection: this.#connection, ...running, toolBy: "time" as const });
    }
    return this.#joined ?? this.#plain;
  }
}

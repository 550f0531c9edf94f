import type { Execution } from "./execution.ts";
import type { PreparedStatement } from "./namespace.ts";
import type { Portal } from "./portal.ts";

/** What the server still owes: one entry for each message that was sent on and will be answered. */
export type Expected =
  | { readonly kind: "parse"; readonly name: string; readonly prepared: PreparedStatement }
  | { readonly kind: "bind"; readonly name: string; readonly portal: Portal }
  | { readonly kind: "describe"; readonly prepared?: PreparedStatement }
  | {
      readonly kind: "execute";
      readonly portal: Portal | undefined;
      readonly execution: Execution | undefined;
    }
  | {
      readonly kind: "close";
      readonly what: "statement" | "portal";
      readonly name: string;
      readonly portal: Portal | undefined;
    }
  | { readonly kind: "sync" }
  | { readonly kind: "query"; readonly executions: readonly Execution[]; at: number }
  /** Our own message, which the server surely rejects; its error is replaced by `error`. A sync stands behind it. */
  | { readonly kind: "refusal"; readonly error: Buffer };

/**
 * The replies that a connection waits for, in order.
 *
 * After an error the server ignores everything up to the next Sync, including what it receives later
 * (https://www.postgresql.org/docs/current/protocol-flow.html#PROTOCOL-FLOW-EXT-QUERY).
 */
export class ExpectedReplies {
  #queue: Expected[] = [];
  #first = 0;
  #isSkipping = false;

  get count(): number {
    return this.#queue.length - this.#first;
  }

  get head(): Expected | undefined {
    return this.#queue[this.#first];
  }

  /** Adds what was just sent. Returns false when the server will ignore it. */
  push(expected: Expected): boolean {
    if (expected.kind === "sync") this.#isSkipping = false;
    if (this.#isSkipping) return false;
    this.#queue.push(expected);
    return true;
  }

  shift(): void {
    this.#queue[this.#first] = undefined as never;
    this.#first += 1;
    if (this.#first === this.#queue.length) {
      this.#queue = [];
      this.#first = 0;
    }
  }

  /** Takes out everything that the server skips after an error: up to the next Sync, which stays. */
  skipToSync(): Expected[] {
    const rest = this.#queue.slice(this.#first);
    const at = rest.findIndex(({ kind }) => kind === "sync");
    this.#isSkipping = at === -1;
    this.#queue = at === -1 ? [] : rest.slice(at);
    this.#first = 0;
    return at === -1 ? rest : rest.slice(0, at);
  }

  /** The server ignores a Sync that reaches it in the middle of a COPY from the client. */
  dropSyncsBehindHead(): void {
    const rest = this.#queue.slice(this.#first);
    let end = 1;
    while (rest[end]?.kind === "sync") end += 1;
    this.#queue = [...rest.slice(0, 1), ...rest.slice(end)];
    this.#first = 0;
  }

  /** Everything that will never be answered. */
  drain(): Expected[] {
    const rest = this.#queue.slice(this.#first);
    this.#queue = [];
    this.#first = 0;
    return rest;
  }
}

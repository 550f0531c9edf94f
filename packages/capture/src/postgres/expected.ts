import type { Execution } from "./execution.ts";
import type { PreparedStatement } from "./namespace.ts";
import type { Portal } from "./portal.ts";
import type { Measurement } from "./statistics/measurement.ts";

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
  /** `copy`: the COPY from the client whose data had not ended; the server ignores a Sync that it meets there. */
  | { readonly kind: "sync"; readonly copy?: Execution | undefined; readonly isFollowed?: boolean }
  | {
      readonly kind: "query";
      readonly executions: readonly Execution[];
      at: number;
      /** Set for a probe in the place of a refused message: the server's error is replaced by this one. */
      readonly refusal?: Buffer;
      /** A `rollback` follows, which has the ReadyForQuery that the client waits for. */
      readonly isFollowed?: boolean;
      /** Messages of ours follow that belong to it: the last of them has the ReadyForQuery that the client waits for. */
      readonly measurement?: Measurement;
    }
  /** The same in the extended protocol. `isUnnamed`: it takes the place of a Parse of the unnamed statement. */
  | { readonly kind: "refusal"; readonly error: Buffer; readonly isUnnamed: boolean }
  /** `rollback` of inject.ts, behind a refused COMMIT. `refused`: so often the server was cancelled over it. */
  | { readonly kind: "rollback"; refused: number }
  /** `rowCounters` of inject.ts. */
  | { readonly kind: "row-counters"; readonly measurement: Measurement; readonly when: "before" | "after" }
  /** Of inject.ts: `envelope`, `segmentEnd`. `isLast`: its ReadyForQuery goes on to the client. */
  | {
      readonly kind: "own";
      readonly what: "begin" | "commit" | "sync";
      readonly measurement: Measurement;
      readonly isLast: boolean;
    };

/** So many entries may be taken from the front of the queue before their places are given back. */
const TAKEN_MAX = 1024;

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
  #isDrained = false;
  #isSynced = true;

  get count(): number {
    return this.#queue.length - this.#first;
  }

  get head(): Expected | undefined {
    return this.#queue[this.#first];
  }

  /** Whether the end of a segment is still to come: ReadyForQuery, or the error that takes the rest of it away. */
  get owesEnd(): boolean {
    for (let at = this.#first; at < this.#queue.length; at += 1) {
      const kind = this.#queue[at]?.kind;
      if (kind === "sync" || kind === "query" || kind === "refusal" || kind === "own" || kind === "rollback")
        return true;
    }
    return false;
  }

  /**
   * Everything that was sent is answered, and the server is where a Sync or a query leaves it: what is sent now begins
   * anew, in the transaction that is open, or in one of its own.
   */
  get isAtRest(): boolean {
    return this.count === 0 && this.#isSynced && !this.#isDrained;
  }

  /** What was sent last belongs to a segment whose Sync is still to come. */
  get isWithinSegment(): boolean {
    return !this.#isSynced;
  }

  /** After an error: what is sent now is ignored up to the next Sync. */
  get isSkipping(): boolean {
    return this.#isSkipping;
  }

  /** Adds what was just sent. Returns false when the server will ignore it. */
  push(expected: Expected): boolean {
    if (isSync(expected)) this.#isSkipping = false;
    if (this.#isSkipping || this.#isDrained) return false;
    this.#isSynced = isSync(expected) || isQuery(expected);
    this.#queue.push(expected);
    return true;
  }

  shift(): void {
    this.#queue[this.#first] = undefined as never;
    this.#first += 1;
    if (this.#first === this.#queue.length) {
      this.#queue = [];
      this.#first = 0;
    } else if (this.#first >= TAKEN_MAX) {
      // A client that never waits for its last answer would make the queue grow for ever.
      this.#queue = this.#queue.slice(this.#first);
      this.#first = 0;
    }
  }

  /** Takes out everything that the server skips after an error: up to the next Sync, which stays. */
  skipToSync(): Expected[] {
    const rest = this.#queue.slice(this.#first);
    const at = rest.findIndex(isSync);
    this.#isSkipping = at === -1;
    this.#queue = at === -1 ? [] : rest.slice(at);
    this.#first = 0;
    return at === -1 ? rest : rest.slice(0, at);
  }

  /** This COPY takes place, so that the server ignores every Sync that was sent before the end of its data. */
  dropSyncsWithin(copy: Execution): void {
    this.#queue = this.#queue
      .slice(this.#first)
      .filter((expected) => expected.kind !== "sync" || expected.copy !== copy);
    this.#first = 0;
  }

  /** Everything that will never be answered, and neither will anything that is added later. */
  drain(): Expected[] {
    this.#isDrained = true;
    const rest = this.#queue.slice(this.#first);
    this.#queue = [];
    this.#first = 0;
    return rest;
  }
}

/** Of ours, all that is sent as a Query. */
function isQuery({ kind }: Expected): boolean {
  return kind === "query" || kind === "own" || kind === "rollback";
}

function isSync(expected: Expected): boolean {
  return expected.kind === "sync" || (expected.kind === "own" && expected.what === "sync");
}

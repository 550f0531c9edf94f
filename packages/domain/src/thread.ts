import type { CostSum } from "./cost-sum.ts";
import type { Effect } from "./record.ts";
import type { Usage } from "./usage.ts";

/**
 * How sure it is that something belongs where it stands. `id`: both name the same thing. `credential`: of a sub-agent, that it
 * was begun by this session, though not by which call. `time`: because nothing else was running then, or what came before it
 * is the only one that it can be of.
 */
export type JoinedBy = "id" | "credential" | "time";

/** The beginning of a text, and how many characters it has in all. */
export interface ThreadText {
  readonly text: string;
  readonly characters: number;
}

/** Something that happened in a session, and what came of it. */
export interface ThreadNode {
  readonly kind: "prompt" | "request" | "tool" | "statement" | "session";
  /** Of its first record. */
  readonly index: number;
  readonly action: string;
  readonly time: string;
  readonly session: string;
  /** The last word of the type of its newest record: `requested`, `completed`, `denied` … */
  readonly state: string;
  /** How it belongs to what it stands below. What stands by itself has none. */
  readonly joinedBy?: JoinedBy;
  /** What it should stand below, and no record has. */
  readonly missing?: { readonly kind: "prompt" | "request" | "tool"; readonly id: string };
  /** It was told, and not seen. */
  readonly isReported?: true;
  /** What was asked: the prompt, the input of the tool, the statement. */
  readonly text?: ThreadText;
  /** What came back: the answer, the result of the tool, or the error of a statement. */
  readonly answer?: ThreadText;
  /** Of a tool: its name. Of a request: `provider/model`. Of a statement: its target. */
  readonly name?: string;
  readonly verbs?: readonly string[];
  readonly rows?: Effect["rows"];
  readonly outcome?: string;
  /** The rule that decided, where it did not let it through. */
  readonly rule?: string;
  readonly usage?: Usage;
  readonly children: readonly ThreadNode[];
  /** How many more there are of them. */
  readonly childrenLeft?: number;
  /** Of a session: who it is, and its own thread as `children`. */
  readonly of?: ThreadSession;
}

/** One session of a thread, in sums: all of it, whichever page is asked for. */
export interface ThreadSession {
  readonly id: string;
  readonly agent?: string;
  readonly person?: string;
  /** Its records that the thread has no place for: connections, approvals, recordings … */
  readonly others: number;
  readonly statements: number;
  readonly rowsAffected: number;
  readonly cost: CostSum;
}

/** A page of the thread of a session: prompt, request and answer, tool call, statement, and so on, as a tree. */
export interface Thread {
  readonly session: ThreadSession;
  readonly nodes: readonly ThreadNode[];
  /** What names nothing that there is a record of, or nothing at all. Behind all nodes. */
  readonly notJoined: readonly ThreadNode[];
  /** Give it as `from` for the next page; null on the last one. */
  readonly next: number | null;
  /** How many records were read; `isCut` when there are more, of which nothing is here. */
  readonly records: number;
  readonly isCut: boolean;
}

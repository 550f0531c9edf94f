import type { TokenCounts } from "../conversation/block.ts";

/** What must be known of a request before anybody can decide about it. */
export interface RequestFacts {
  /** How many answers the client asks for at once; one where absent. */
  readonly answers?: number;
  /** Of the body, without its content codings. */
  readonly bytes: number;
  /** Of the body, as the client sent it. */
  readonly digest: string;
  readonly isStream: boolean;
  readonly model: string;
  readonly outputTokensMax?: number;
  readonly outside: readonly string[];
  /** Why its body could not be read; what cannot be read is refused. */
  readonly unreadable?: string;
}

/** A text for a record. What is longer than a record should be is cut, and its whole is in the stored body. */
export interface Said {
  /** Of the whole text, without what was redacted. */
  readonly digest: string;
  readonly isCut: boolean;
  readonly text: string;
}

/** What a tool answered. */
export interface ToolResult {
  readonly id: string;
  readonly isError: boolean;
  /** The tool's, where the provider repeats it. */
  readonly name?: string;
  readonly result: Said;
}

/** What a request adds to its conversation; without secrets. */
export interface RequestContent {
  /** What is stored of it, as JSON: `docs/model-gateway.md` has its form. */
  readonly body: string;
  readonly prompt?: Said;
  readonly results: readonly ToolResult[];
  /** Calls that this conversation has, without their results. */
  readonly unanswered: readonly string[];
}

export interface ToolCall {
  readonly id: string;
  readonly input: Said;
  readonly name: string;
}

/** What an answer adds; without secrets. */
export interface AnswerContent {
  readonly body: string;
  readonly calls: readonly ToolCall[];
  readonly error?: { readonly message: string; readonly type: string };
  readonly id?: string;
  readonly isWhole: boolean;
  readonly model?: string;
  readonly stopReason?: string;
  /** What was said to people: the texts, without thoughts. */
  readonly text: Said;
  /** Why it could not be read. It went to the client all the same. */
  readonly unreadable?: string;
  readonly usage?: TokenCounts;
}

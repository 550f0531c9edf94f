/** Who said it. `developer` is what whoever built the agent told the model; `tool` is what a tool answered. */
export type Role = "system" | "developer" | "user" | "assistant" | "tool";

/** One piece of a conversation, in words that all providers share. */
export interface Block {
  readonly kind: "text" | "thinking" | "tool-call" | "tool-result" | "tools" | "settings" | "other";
  readonly role: Role;
  /** What people read of it: the text, a tool call's input as JSON, a tool's answer. Empty where there is none. */
  readonly text: string;
  /** The provider's own identifier of a tool call, and the tool's name where the block has it. */
  readonly tool?: { readonly id: string; readonly name?: string; readonly isError?: boolean };
  /** As it stood in the body, but for what says nothing about its content and moves from request to request. */
  readonly value: unknown;
}

/** Tokens by the provider's own numbers, in the sense of `Usage` of the domain: what a cache gave is not in `input`. */
export interface TokenCounts {
  readonly cacheRead: number;
  readonly cacheWrite: number;
  /** Of `cacheWrite`, where there are any. */
  readonly cacheWriteHour?: number;
  readonly input: number;
  readonly output: number;
  readonly reasoning: number;
}

/** A request to a model, read. */
export interface ReadRequest {
  /** How many answers the client asks for at once; one where absent. `outputTokensMax` has all of them in it. */
  readonly answers?: number;
  readonly blocks: readonly Block[];
  readonly isStream: boolean;
  /** As the client named it; empty when it did not. */
  readonly model: string;
  /** The most that the answer may take; undefined when the client sets no limit. */
  readonly outputTokensMax?: number;
  /** What it asks the provider to do on its own machines, e.g. `web_search`, `code_execution`, `background`. */
  readonly outside: readonly string[];
}

/** An answer of a model, as far as it came. */
export interface ReadAnswer {
  readonly blocks: readonly Block[];
  /** Why the provider could not answer, in its own words. */
  readonly error?: { readonly message: string; readonly type: string };
  /** The provider's identifier of the answer. */
  readonly id?: string;
  /** Whether the answer came to its end. */
  readonly isWhole: boolean;
  readonly model?: string;
  readonly stopReason?: string;
  readonly usage?: TokenCounts;
}

import type { ServerSentEvent } from "@custody/wire/sse";
import type { LastEvent } from "./answer-hold.ts";
import type { ReadAnswer, ReadRequest } from "./conversation/block.ts";
import type { RawHeaders } from "./headers.ts";

export type ProviderKind = "anthropic" | "openai" | "gemini";

/** Reads one answer, which comes whole or as a stream of events. */
export interface AnswerReader {
  /** The body of an answer that is not a stream, also of an error. */
  whole(body: unknown): void;
  event(event: ServerSentEvent): void;
  answer(): ReadAnswer;
}

/** How one kind of endpoint talks about conversations. */
export interface Dialect {
  readonly name: "messages" | "responses" | "chat.completions" | "generateContent";
  /** How the last event of a stream is known. */
  readonly lastEvent: LastEvent;
  /** Whether something may come behind that event which belongs to the answer. */
  readonly endsBehindMark: boolean;
  /** `model`: as the path names it, where it does. */
  readRequest(body: unknown, model: string): ReadRequest;
  /** `request`: what it answers, where that could be read. */
  newAnswer(request?: ReadRequest): AnswerReader;
}

/** What a request to some path of a provider is. */
export interface Endpoint {
  /** What it is called in records, e.g. `messages`, `models`. */
  readonly verb: string;
  /** Where it has a model answer; undefined for all others, which pass as they are. */
  readonly dialect?: Dialect;
  /** The model, where the path names it. */
  readonly model?: string;
  /** Whether it answers in a stream, where the path says so. */
  readonly isStream?: boolean;
  /** What it would start that Custody could not see the end of, e.g. `batches`, `files`. */
  readonly outside?: string;
}

/** A refusal in the provider's own words. */
interface ProviderError {
  readonly body: string;
  readonly status: number;
}

export interface Provider {
  readonly kind: ProviderKind;
  /** `path`: without the query, beginning with a slash. */
  endpointOf(method: string, path: string): Endpoint;
  /** How this provider says no; the words are for people. `id` leads to the record. */
  error(status: number, message: string, id: string): ProviderError;
  /** How the gateway shows its key. */
  keyHeader(key: string): readonly [name: string, value: string];
  /** The query parameter by which clients show a key, where there is one. */
  readonly keyParameter?: string;
  /** Which of the agents of a run asks, where the client says so and it is not the first one. */
  agentOf(headers: RawHeaders): string | undefined;
}

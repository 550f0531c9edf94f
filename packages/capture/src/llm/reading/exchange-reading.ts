import { createHash } from "node:crypto";
import { EventDecoder } from "@custody/wire/sse";
import type { Block, ReadRequest } from "../conversation/block.ts";
import type { ConversationMemory, Noted } from "../conversation/memory.ts";
import { formatRanges } from "../conversation/number-ranges.ts";
import { redactValue } from "../conversation/redact-value.ts";
import type { Turns } from "../conversation/turns.ts";
import type { AnswerReader, Dialect } from "../provider.ts";
import type { AnswerContent, RequestContent, RequestFacts, Said, ToolCall, ToolResult } from "./content.ts";
import type { AnswerHead } from "./conversation-reader.ts";
import { BODY_BYTES_MAX, decoded } from "./decoded.ts";
import { refuseNesting } from "./nesting.ts";

/** What a record has of a text; all of it is in the stored body. */
const PROMPT_CHARACTERS_MAX = 64 * 1024;
const RESULT_CHARACTERS_MAX = 2 * 1024;

/** Names and identifiers of others: what is longer is cut, since they stand in records and in keys of tables. */
const NAME_CHARACTERS_MAX = 256;

/** Calls, or results of them, that one exchange can bring; the stored body has them all. */
const NAMED_MAX = 1000;

export interface ReadingOptions {
  readonly dialect: Dialect;
  readonly memory: ConversationMemory;
  /** The model, where the path names it. */
  readonly model: string;
  /** Puts something else in the place of each secret. */
  readonly redact: (text: string) => string;
  readonly turns: Turns;
}

/** Reads one request and its answer. Everything here is beside the hot path: the bytes went on before. */
export class ExchangeReading {
  readonly #options: ReadingOptions;
  #answer: AnswerReader;
  readonly #noted: Noted[] = [];
  #request: ReadRequest | undefined;

  constructor(options: ReadingOptions) {
    this.#options = options;
    this.#answer = options.dialect.newAnswer();
  }

  /** Reads the body of the request. Never throws: what cannot be read says so. */
  request(body: Buffer, codings: string): RequestFacts {
    const digest = createHash("sha256").update(body).digest("hex");
    try {
      const plain = decoded(body, codings);
      refuseNesting(plain);
      const read = this.#options.dialect.readRequest(JSON.parse(plain.toString("utf8")), this.#options.model);
      this.#request = read;
      this.#answer = this.#options.dialect.newAnswer(read);
      const { answers, isStream, model, outputTokensMax, outside } = read;
      return {
        ...(answers === undefined ? undefined : { answers }),
        bytes: plain.length,
        digest,
        isStream,
        model: nameOf(model),
        ...(outputTokensMax === undefined ? undefined : { outputTokensMax }),
        outside,
      };
    } catch (error) {
      const unreadable = (error as Error).message;
      return {
        bytes: body.length,
        digest,
        isStream: false,
        model: this.#options.model,
        outside: [],
        unreadable,
      };
    }
  }

  /** What the request adds to the conversation. To be asked once, after `request`. */
  content(): RequestContent {
    const { memory, turns } = this.#options;
    const blocks = this.#request?.blocks ?? [];
    this.#request = undefined;
    const noted = memory.note(blocks);
    this.#noted.push(noted);
    const { results, spoken } = turns.asked(blocks, noted.numbers);
    return {
      body: this.#stored({ blocks: formatRanges(noted.numbers) }, noted),
      ...(spoken === undefined ? undefined : { prompt: this.#said(spoken.text, PROMPT_CHARACTERS_MAX) }),
      results: results.slice(0, NAMED_MAX).flatMap((block) => this.#resultOf(block)),
      unanswered: unansweredIn(blocks),
    };
  }

  /** Everything that was added is on record: later requests may name it. */
  keep(): void {
    for (const noted of this.#noted.splice(0)) this.#options.memory.stored(noted);
  }

  /** What the answer adds, as far as it came. Never throws: what cannot be read says so. To be asked once. */
  answer(head: AnswerHead, bytes: Buffer): AnswerContent {
    const unreadable = bytes.length === 0 ? undefined : this.#read(head, bytes);
    const { blocks, ...read } = this.#answer.answer();
    const noted = this.#options.memory.note(blocks);
    this.#noted.push(noted);
    this.#options.turns.answered(blocks);
    const text = blocks.filter(({ kind }) => kind === "text").map((block) => block.text);
    return {
      ...read,
      body: this.#stored({ ...read, blocks: formatRanges(noted.numbers) }, noted),
      calls: blocks.flatMap((block) => this.#callOf(block)).slice(0, NAMED_MAX),
      text: this.#said(text.join("\n"), PROMPT_CHARACTERS_MAX),
      ...(unreadable === undefined ? undefined : { unreadable }),
    };
  }

  /** Returns why it could not be read. */
  #read({ codings, isStream }: AnswerHead, bytes: Buffer): string | undefined {
    try {
      const body = decoded(bytes, codings);
      if (isStream) {
        const events = new EventDecoder({ eventBytesMax: BODY_BYTES_MAX });
        for (const event of events.push(body)) this.#answer.event(event);
      } else {
        refuseNesting(body);
        this.#answer.whole(JSON.parse(body.toString("utf8")));
      }
      return undefined;
    } catch (error) {
      return (error as Error).message;
    }
  }

  /** What is stored of one half of the exchange: its head, and the pieces that are new. */
  #stored(head: object, { added }: Noted): string {
    const { memory, redact } = this.#options;
    const blocks = added.map(({ block: { kind, role, value }, number }) => ({
      kind,
      n: number,
      role,
      value: redactValue(value, redact),
    }));
    return JSON.stringify({ memory: memory.id, ...redactHead(head, redact), added: blocks });
  }

  #resultOf({ kind, text, tool }: Block): ToolResult[] {
    if (kind !== "tool-result" || tool === undefined) return [];
    const { id, isError = false, name } = tool;
    const result = this.#said(text, RESULT_CHARACTERS_MAX);
    const called = name === undefined ? undefined : { name: nameOf(name) };
    return [{ id: nameOf(id), isError, ...called, result }];
  }

  #callOf({ kind, text, tool }: Block): ToolCall[] {
    if (kind !== "tool-call" || tool === undefined) return [];
    return [
      { id: nameOf(tool.id), input: this.#said(text, PROMPT_CHARACTERS_MAX), name: nameOf(tool.name ?? "") },
    ];
  }

  #said(whole: string, charactersMax: number): Said {
    const redacted = this.#options.redact(whole);
    const digest = createHash("sha256").update(redacted).digest("hex");
    const isCut = redacted.length > charactersMax;
    return { digest, isCut, text: isCut ? withoutHalf(redacted.slice(0, charactersMax)) : redacted };
  }
}

function nameOf(name: string): string {
  return name.length <= NAME_CHARACTERS_MAX ? name : withoutHalf(name.slice(0, NAME_CHARACTERS_MAX));
}

/** Calls in the conversation whose results are not in it. */
function unansweredIn(blocks: readonly Block[]): readonly string[] {
  const answered = new Set(blocks.filter(({ kind }) => kind === "tool-result").map(({ tool }) => tool?.id));
  const called = blocks.filter(({ kind, tool }) => kind === "tool-call" && !answered.has(tool?.id));
  return called.map(({ tool }) => nameOf(tool?.id ?? ""));
}

/** The numbers, names and texts of an answer's head: the provider's words about an error can repeat a secret. */
function redactHead(head: object, redact: (text: string) => string): object {
  return redactValue(head, redact) as object;
}

/** A surrogate pair that a cut went through has no first half. */
function withoutHalf(text: string): string {
  const last = text.charCodeAt(text.length - 1);
  return last >= 0xd800 && last <= 0xdbff ? text.slice(0, -1) : text;
}

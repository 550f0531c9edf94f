import { createHash } from "node:crypto";
import { EventDecoder } from "@custody/wire/sse";
import type { Block, ReadRequest } from "../conversation/block.ts";
import type { ConversationMemory, Noted } from "../conversation/memory.ts";
import { formatRanges } from "../conversation/number-ranges.ts";
import { redactValue } from "../conversation/redact-value.ts";
import { spokenBlock } from "../conversation/spoken.ts";
import type { AnswerReader, Dialect } from "../provider.ts";
import type { AnswerContent, RequestContent, RequestFacts, Said, ToolCall, ToolResult } from "./content.ts";
import { BODY_BYTES_MAX, decoded } from "./decoded.ts";

/** What a record has of a text; all of it is in the stored body. */
const PROMPT_CHARACTERS_MAX = 64 * 1024;
const RESULT_CHARACTERS_MAX = 4 * 1024;

export interface ReadingOptions {
  readonly dialect: Dialect;
  readonly memory: ConversationMemory;
  /** The model, where the path names it. */
  readonly model: string;
  /** Puts something else in the place of each secret. */
  readonly redact: (text: string) => string;
}

/** How an answer comes. */
export interface AnswerHead {
  readonly codings: string;
  readonly isStream: boolean;
}

/** Reads one request and its answer. Everything here is beside the hot path: the bytes went on before. */
export class ExchangeReading {
  readonly #options: ReadingOptions;
  readonly #answer: AnswerReader;
  #request: ReadRequest | undefined;
  #head: AnswerHead = { codings: "", isStream: false };
  #events: EventDecoder | undefined;
  #pieces: Buffer[] = [];
  #bytes = 0;
  #unreadable: string | undefined;

  constructor(options: ReadingOptions) {
    this.#options = options;
    this.#answer = options.dialect.newAnswer();
  }

  /** Reads the body of the request. Never throws: what cannot be read says so. */
  request(body: Buffer, codings: string): RequestFacts {
    const digest = createHash("sha256").update(body).digest("hex");
    try {
      const text = decoded(body, codings).toString("utf8");
      const read = this.#options.dialect.readRequest(JSON.parse(text), this.#options.model);
      this.#request = read;
      const { isStream, model, outputTokensMax, outside } = read;
      return {
        digest,
        isStream,
        model,
        ...(outputTokensMax === undefined ? undefined : { outputTokensMax }),
        outside,
      };
    } catch (error) {
      const unreadable = (error as Error).message;
      return { digest, isStream: false, model: this.#options.model, outside: [], unreadable };
    }
  }

  /** What the request adds to the conversation. To be asked once, after `request`. */
  content(): RequestContent {
    const { memory } = this.#options;
    const blocks = this.#request?.blocks ?? [];
    this.#request = undefined;
    const noted = memory.note(blocks);
    const spoken = spokenBlock(blocks, noted.added);
    const results = noted.added.flatMap(({ block }) => this.#resultOf(block));
    return {
      body: this.#stored({ blocks: formatRanges(noted.numbers) }, noted),
      ...(spoken === undefined ? undefined : { prompt: this.#said(spoken.text, PROMPT_CHARACTERS_MAX) }),
      results,
    };
  }

  begin(head: AnswerHead): void {
    this.#head = head;
    if (head.isStream && isPlain(head.codings))
      this.#events = new EventDecoder({ eventBytesMax: BODY_BYTES_MAX });
  }

  /** Takes a piece of the answer. Never throws. */
  piece(bytes: Buffer): void {
    this.#bytes += bytes.length;
    if (this.#unreadable !== undefined) return;
    if (this.#bytes > BODY_BYTES_MAX) {
      this.#unreadable = `it is longer than ${BODY_BYTES_MAX} bytes`;
      this.#pieces = [];
    } else if (this.#events === undefined) this.#pieces.push(bytes);
    else this.#attempt(() => this.#read(bytes));
  }

  /** What the answer adds, as far as it came. To be asked once. */
  answer(): AnswerContent {
    if (this.#events === undefined && this.#bytes > 0 && this.#unreadable === undefined)
      this.#attempt(() => this.#readWhole());
    const { blocks, ...read } = this.#answer.answer();
    const noted = this.#options.memory.note(blocks);
    const text = blocks.filter(({ kind }) => kind === "text").map((block) => block.text);
    return {
      ...read,
      body: this.#stored({ ...read, blocks: formatRanges(noted.numbers) }, noted),
      calls: blocks.flatMap((block) => this.#callOf(block)),
      text: this.#said(text.join("\n"), PROMPT_CHARACTERS_MAX),
      ...(this.#unreadable === undefined ? undefined : { unreadable: this.#unreadable }),
    };
  }

  #read(bytes: Buffer): void {
    for (const event of this.#events?.push(bytes) ?? []) this.#answer.event(event);
  }

  #readWhole(): void {
    const body = decoded(Buffer.concat(this.#pieces), this.#head.codings);
    this.#pieces = [];
    if (this.#head.isStream) {
      this.#events = new EventDecoder({ eventBytesMax: BODY_BYTES_MAX });
      this.#read(body);
    } else this.#answer.whole(JSON.parse(body.toString("utf8")));
  }

  #attempt(read: () => void): void {
    try {
      read();
    } catch (error) {
      this.#unreadable = (error as Error).message;
    }
  }

  #stored(head: object, { added }: Noted): Uint8Array {
    const { memory, redact } = this.#options;
    const blocks = added.map(({ block: { kind, role, value }, number }) => ({
      kind,
      n: number,
      role,
      value: redactValue(value, redact),
    }));
    return Buffer.from(JSON.stringify({ memory: memory.id, ...redactHead(head, redact), added: blocks }));
  }

  #resultOf({ kind, text, tool }: Block): ToolResult[] {
    if (kind !== "tool-result" || tool === undefined) return [];
    const { id, isError = false, name } = tool;
    const result = this.#said(text, RESULT_CHARACTERS_MAX);
    return [{ id, isError, ...(name === undefined ? undefined : { name }), result }];
  }

  #callOf({ kind, text, tool }: Block): ToolCall[] {
    if (kind !== "tool-call" || tool === undefined) return [];
    return [{ id: tool.id, input: this.#said(text, PROMPT_CHARACTERS_MAX), name: tool.name ?? "" }];
  }

  #said(whole: string, charactersMax: number): Said {
    const redacted = this.#options.redact(whole);
    const digest = createHash("sha256").update(redacted).digest("hex");
    const isCut = redacted.length > charactersMax;
    return { digest, isCut, text: isCut ? withoutHalf(redacted.slice(0, charactersMax)) : redacted };
  }
}

/** The numbers, names and texts of an answer's head: the provider's words about an error can repeat a secret. */
function redactHead(head: object, redact: (text: string) => string): object {
  return redactValue(head, redact) as object;
}

function isPlain(codings: string): boolean {
  return codings === "" || codings.toLowerCase() === "identity";
}

/** A surrogate pair that a cut went through has no first half. */
function withoutHalf(text: string): string {
  const last = text.charCodeAt(text.length - 1);
  return last >= 0xd800 && last <= 0xdbff ? text.slice(0, -1) : text;
}

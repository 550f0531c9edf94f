import { FrameScanner, type FrameVisitor, frameTable } from "@custody/wire/postgres";
import type { DialogueStream } from "./dialogue-stream.ts";
import { ConnectionLost } from "./server-failure.ts";
import { ROW_BYTES_MAX } from "./statement-answer.ts";

/** Rows are streamed, since those of a statement that is not ours can be of any size, and need only be counted. */
const answerFrames = frameTable({ deliver: "123ACEGHIKNRSTVWZcnstv", stream: "Dd" });

const ERROR = 0x45;
const NOTIFICATION = 0x41;
const PARAMETER_STATUS = 0x53;

/** Reads one answer, up to its ReadyForQuery. */
interface Answer extends FrameVisitor {
  readonly isFinished: boolean;
  /** What the server said last before it was lost. */
  readonly lastWords: string | undefined;
}

interface Expected {
  readonly answer: Answer;
  readonly done: () => void;
  readonly failed: (error: unknown) => void;
}

/** The answers to what was sent, in its order. */
export class AnswerQueue implements FrameVisitor {
  readonly #stream: DialogueStream;
  readonly #scanner: FrameScanner = new FrameScanner(answerFrames, { maxMessageBytes: ROW_BYTES_MAX });
  readonly #expected: Expected[] = [];
  #isReading = false;

  constructor(stream: DialogueStream) {
    this.#stream = stream;
  }

  /** The answer behind all that were asked for before. @throws ConnectionLost */
  next<Kind extends Answer>(answer: Kind): Promise<Kind> {
    return new Promise((resolve, reject) => {
      this.#expected.push({ answer, done: () => resolve(answer), failed: reject });
      if (!this.#isReading) void this.#read();
    });
  }

  async #read(): Promise<void> {
    this.#isReading = true;
    try {
      while (this.#expected.length > 0) {
        const chunk = await this.#stream.read();
        if (chunk === undefined) throw lost(this.#expected[0]?.answer.lastWords);
        this.#scanner.scan(chunk, this);
      }
    } catch (error) {
      for (const { failed } of this.#expected.splice(0)) failed(error);
    } finally {
      this.#isReading = false;
    }
  }

  onMessage(type: number, raw: Buffer, start: number, end: number): void {
    // It belongs to no answer: a rollback may have taken the setting back before anybody reads on.
    if (type === PARAMETER_STATUS) return this.#stream.parameterStatus?.(Buffer.from(raw));
    if (type === ERROR && isLastWord(raw)) this.#stream.lastWord?.(Buffer.from(raw));
    const head = this.#expected[0];
    if (head === undefined) {
      if (type === NOTIFICATION) this.#stream.notified?.(Buffer.from(raw));
      return;
    }
    head.answer.onMessage(type, raw, start, end);
    if (!head.answer.isFinished) return;
    this.#expected.shift();
    head.done();
  }

  onPassed(type: number, bodyBytes: number, start: number): void {
    this.#expected[0]?.answer.onPassed(type, bodyBytes, start);
  }

  onPayload(type: number, piece: Buffer): void {
    this.#expected[0]?.answer.onPayload(type, piece);
  }
}

/** The connection ends with it, and whoever has it is told so. No field has a zero byte in it. */
function isLastWord(raw: Buffer): boolean {
  return raw.includes("\0VFATAL\0") || raw.includes("\0VPANIC\0");
}

function lost(said: string | undefined): ConnectionLost {
  return new ConnectionLost(said === undefined ? "" : `, saying: ${said}`);
}

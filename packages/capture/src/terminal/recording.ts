import { TextDecoder } from "node:util";
import type { CastHeader } from "./asciicast.ts";
import { type Piece, PieceCutter } from "./pieces.ts";

/** Takes secrets out of a text that comes bit by bit, and may keep back what could still become one. */
export interface Redaction {
  push(text: string): string;
  flush(): string;
}

export interface TerminalRecordingOptions {
  readonly header: CastHeader;
  /** Never goes back. Its start is the recording's. */
  readonly monotonicUs: () => number;
  readonly redactOutput: Redaction;
  /** Without it, what is typed is not recorded: passwords are. */
  readonly redactInput?: Redaction;
  /** Nobody takes pieces any more for now: output is thrown away and counted, until that is over. */
  readonly isFull: () => boolean;
  readonly onPiece: (piece: Piece) => void;
}

/**
 * Records what a terminal shows. Bytes may be cut anywhere, in the middle of a character or of an escape sequence; what is no
 * UTF-8 is recorded as U+FFFD. Nothing waits for it.
 *
 * What the redaction keeps back is given out by what follows it, and by the end, and never because time passes: a secret
 * that is printed slowly would go out in halves.
 */
export class TerminalRecording {
  readonly #options: TerminalRecordingOptions;
  readonly #pieces: PieceCutter;
  readonly #startUs: number;
  #output = decoder();
  readonly #input = decoder();
  #droppedBytes = 0;

  constructor(options: TerminalRecordingOptions) {
    this.#options = options;
    this.#pieces = new PieceCutter(options.header, options.onPiece);
    this.#startUs = options.monotonicUs();
  }

  output(bytes: Uint8Array): void {
    const { isFull, redactOutput } = this.#options;
    if (isFull()) return this.#drop(bytes.length);
    this.#tellDropped();
    this.#add("o", redactOutput.push(this.#output.decode(bytes, { stream: true })));
  }

  input(bytes: Uint8Array): void {
    const { isFull, redactInput } = this.#options;
    if (redactInput === undefined || isFull()) return;
    this.#add("i", redactInput.push(this.#input.decode(bytes, { stream: true })));
  }

  resize(columns: number, rows: number): void {
    this.#pieces.resize(this.#nowUs(), columns, rows);
  }

  /** Gives away what is old enough; to be called a few times a second. */
  tick(): void {
    this.#pieces.tick(this.#nowUs());
  }

  /** `status` as a shell would have it. Gives all away; nothing may follow. */
  end(status: number): void {
    const { redactInput, redactOutput } = this.#options;
    this.#tellDropped();
    this.#add("o", redactOutput.push(this.#output.decode()) + redactOutput.flush());
    if (redactInput !== undefined) this.#add("i", redactInput.flush());
    this.#add("x", String(status));
    this.#pieces.cut(this.#nowUs());
  }

  /** What was kept back goes as well: half of what it may be is gone already. */
  #drop(bytes: number): void {
    if (this.#droppedBytes === 0) {
      this.#droppedBytes += Buffer.byteLength(this.#options.redactOutput.flush());
      this.#output = decoder();
    }
    this.#droppedBytes += bytes;
  }

  #tellDropped(): void {
    if (this.#droppedBytes === 0) return;
    const bytes = this.#droppedBytes;
    this.#droppedBytes = 0;
    this.#pieces.cut(this.#nowUs());
    this.#pieces.dropped(bytes);
    this.#add("m", `custody: ${bytes} bytes of output are not recorded here`);
  }

  #add(code: "o" | "i" | "m" | "x", data: string): void {
    if (data !== "") this.#pieces.add({ atUs: this.#nowUs(), code, data });
  }

  #nowUs(): number {
    return Math.max(0, Math.round(this.#options.monotonicUs() - this.#startUs));
  }
}

function decoder(): TextDecoder {
  return new TextDecoder("utf-8", { ignoreBOM: true });
}

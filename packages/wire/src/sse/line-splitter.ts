import { WireError } from "../error.ts";

const LF = 0x0a;
const CR = 0x0d;

/** To make one costs more than to decode a line. */
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
const withoutMark = new TextDecoder("utf-8");

/**
 * Cuts UTF-8 bytes into lines that end with LF, CR LF or CR (WHATWG HTML, section 9.2.5). Both ends are ASCII, so no byte of
 * a character is taken for one, and a line is decoded only once it is whole. A byte order mark at the beginning is no text.
 */
export class LineSplitter {
  readonly #bytesMax: number;
  #pieces: Uint8Array[] = [];
  #length = 0;
  #endedWithCr = false;
  #isFirst = true;

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  get isInsideLine(): boolean {
    return this.#length > 0;
  }

  /** @throws WireError MESSAGE_TOO_LONG */
  push(piece: Uint8Array): string[] {
    const lines: string[] = [];
    let begin = 0;
    for (let at = 0; at < piece.length; at += 1) {
      const byte = piece[at];
      if (byte !== LF && byte !== CR) {
        this.#endedWithCr = false;
        continue;
      }
      // The line feed of a CR LF: its line has ended before.
      if (byte === LF && this.#endedWithCr) {
        this.#endedWithCr = false;
        begin = at + 1;
        continue;
      }
      lines.push(this.#line(piece.subarray(begin, at)));
      this.#endedWithCr = byte === CR;
      begin = at + 1;
    }
    this.#keep(piece.subarray(begin));
    return lines;
  }

  #keep(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    this.#grow(bytes);
    // A copy: whoever gave the piece may use its memory again.
    this.#pieces.push(Uint8Array.prototype.slice.call(bytes));
  }

  #grow(bytes: Uint8Array): void {
    this.#length += bytes.length;
    if (this.#length > this.#bytesMax)
      throw new WireError("MESSAGE_TOO_LONG", `a line is longer than ${this.#bytesMax} bytes`);
  }

  /** The line that ends with these bytes, of which most are all of it. */
  #line(rest: Uint8Array): string {
    this.#grow(rest);
    const bytes = this.#pieces.length === 0 ? rest : Buffer.concat([...this.#pieces, rest], this.#length);
    this.#pieces = [];
    this.#length = 0;
    const text = (this.#isFirst ? withoutMark : decoder).decode(bytes);
    this.#isFirst = false;
    return text;
  }
}

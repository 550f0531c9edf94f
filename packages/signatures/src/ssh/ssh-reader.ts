import { SignatureError } from "../error.ts";

/** Reads the types of RFC 4251, section 5, one after the other. @throws SignatureError SIGNATURE_MALFORMED */
export class SshReader {
  readonly #bytes: Uint8Array<ArrayBuffer>;
  #at = 0;

  constructor(bytes: Uint8Array<ArrayBuffer>) {
    this.#bytes = bytes;
  }

  take(count: number): Uint8Array<ArrayBuffer> {
    if (count > this.#bytes.length - this.#at)
      throw new SignatureError("SIGNATURE_MALFORMED", "it ends before it should");
    this.#at += count;
    return this.#bytes.slice(this.#at - count, this.#at);
  }

  uint32(): number {
    return new DataView(this.take(4).buffer).getUint32(0);
  }

  string(): Uint8Array<ArrayBuffer> {
    return this.take(this.uint32());
  }

  text(): string {
    return String.fromCharCode(...this.string().subarray(0, 1000));
  }

  /** A positive integer, without the zero that keeps it positive. */
  mpint(): Uint8Array<ArrayBuffer> {
    const bytes = this.string();
    return bytes[0] === 0 ? bytes.slice(1) : bytes;
  }

  /** Nothing may stand behind what was read. */
  end(): void {
    if (this.#at !== this.#bytes.length)
      throw new SignatureError("SIGNATURE_MALFORMED", "something stands behind its end");
  }
}

/** A string of RFC 4251: its length in four bytes, and its bytes. */
export function sshString(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const framed = new Uint8Array(4 + bytes.length);
  new DataView(framed.buffer).setUint32(0, bytes.length);
  framed.set(bytes, 4);
  return framed;
}

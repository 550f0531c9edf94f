/**
 * The CopyData messages of one chunk from the client: their bytes to forward, their payloads to hash.
 *
 * A header that was split over two chunks is made again from type and length, which are all that it holds; so the
 * bytes that go on are those that came.
 */
export class CopyRun {
  readonly bytes: Buffer[] = [];
  readonly payloads: Buffer[] = [];
  #start = -1;
  #end = -1;

  /** A CopyData header that began at `start` of the chunk, or in an earlier one. */
  header(chunk: Buffer, bodyBytes: number, start: number): void {
    if (start < 0) {
      this.flush(chunk);
      const header = Buffer.allocUnsafe(5);
      header[0] = 0x64;
      header.writeInt32BE(bodyBytes + 4, 1);
      this.bytes.push(header);
      this.#start = start + 5;
    } else if (this.#start === -1) {
      this.#start = start;
    }
    this.#end = start + 5;
  }

  /** A piece of a CopyData body; a view of the chunk. */
  payload(chunk: Buffer, piece: Buffer): void {
    const start = piece.byteOffset - chunk.byteOffset;
    if (this.#start === -1) this.#start = start;
    this.#end = start + piece.length;
    this.payloads.push(piece);
  }

  /** Ends the run within this chunk. */
  flush(chunk: Buffer): void {
    if (this.#start !== -1 && this.#end > this.#start)
      this.bytes.push(chunk.subarray(this.#start, this.#end));
    this.#start = -1;
    this.#end = -1;
  }

  get isEmpty(): boolean {
    return this.#start === -1 && this.bytes.length === 0;
  }
}

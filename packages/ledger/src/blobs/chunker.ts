/**
 * Where a content is cut: content-defined chunking with a gear hash and two masks, as in FastCDC (Xia and others, USENIX
 * ATC 2016). The same bytes are cut in the same way wherever they stand, so what two contents share is stored once.
 *
 * The hash moves on one bit for each byte, so it sees the last 32 bytes. Before the average size a cut needs one bit
 * more than the average asks for, after it one bit less: sizes lie closer together than with one mask.
 */
interface ChunkSizes {
  readonly bytesMin: number;
  readonly bytesAverage: number;
  readonly bytesMax: number;
  readonly strictMask: number;
  readonly looseMask: number;
}

function chunkSizes(averageBits: number): ChunkSizes {
  const bytesAverage = 2 ** averageBits;
  return {
    bytesMin: bytesAverage / 4,
    bytesAverage,
    bytesMax: bytesAverage * 8,
    strictMask: highBits(averageBits + 1),
    looseMask: highBits(averageBits - 1),
  };
}

/** The high bits: those that the most bytes have a part in. */
function highBits(count: number): number {
  return ~0 << (32 - count);
}

/**
 * In front, where conversations and diffs repeat each other, a chunk has 1 KiB: each change costs one or two of them. From
 * `FINE_BYTES` of a content on it has 32 KiB, so that the names of a large one stay few.
 */
const FINE = chunkSizes(10);
const COARSE = chunkSizes(15);
const FINE_BYTES = 4 * 1024 * 1024;

export const CHUNK_BYTES_MAX: number = COARSE.bytesMax;
const WINDOW_BYTES = 32;
const NOTHING = Buffer.alloc(0);

/** Cuts one content, piece by piece as it comes. Owned by whoever stores it; it keeps less than one chunk. */
export class Chunker {
  readonly #gear: Int32Array;
  /** Where the chunk under way begins in the content. */
  #start = 0;
  /** The beginning of the chunk under way. */
  #held = NOTHING;
  #heldBytes = 0;
  #hash = 0;

  constructor(gear: Int32Array) {
    this.#gear = gear;
  }

  /** The chunks that end in this piece. Each lies in memory that the next one may take. */
  *cut(piece: Uint8Array): Generator<Buffer, void, undefined> {
    const bytes = Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength);
    let start = 0;
    for (let end = this.#find(bytes, 0); end !== -1; end = this.#find(bytes, start)) {
      yield this.#take(bytes.subarray(start, end));
      start = end;
    }
    this.#hold(bytes.subarray(start));
  }

  /** What is left at the end of the content. */
  rest(): Buffer {
    return this.#held.subarray(0, this.#heldBytes);
  }

  /** Where in `bytes` the chunk ends that goes on at `start`; -1 when it does not end there. */
  #find(bytes: Buffer, start: number): number {
    const gear = this.#gear;
    const { bytesMin, bytesAverage, bytesMax, strictMask, looseMask } = this.#sizes;
    // What a size in the chunk is as a place in `bytes`.
    const shift = start - this.#heldBytes;
    const end = Math.min(bytes.length, shift + bytesMax);
    const first = Math.min(end, Math.max(start, shift + bytesMin));
    const middle = Math.min(end, Math.max(first, shift + bytesAverage));
    roll(bytes, gear, Math.max(start, shift + bytesMin - WINDOW_BYTES), first, this.#hash);
    let cut = scan(bytes, gear, first, middle, strictMask, rolled);
    if (cut === -1) cut = scan(bytes, gear, middle, end, looseMask, rolled);
    this.#hash = rolled;
    return cut === -1 && end === shift + bytesMax ? end : cut;
  }

  get #sizes(): ChunkSizes {
    return this.#start < FINE_BYTES ? FINE : COARSE;
  }

  #take(end: Buffer): Buffer {
    let chunk = end;
    if (this.#heldBytes > 0) {
      this.#hold(end);
      chunk = this.rest();
    }
    this.#start += chunk.length;
    this.#heldBytes = 0;
    this.#hash = 0;
    return chunk;
  }

  #hold(bytes: Buffer): void {
    const size = this.#heldBytes + bytes.length;
    if (size > this.#held.length) {
      const grown = Buffer.allocUnsafeSlow(Math.min(CHUNK_BYTES_MAX, Math.max(size, 2 * this.#held.length)));
      this.#held.copy(grown, 0, 0, this.#heldBytes);
      this.#held = grown;
    }
    bytes.copy(this.#held, this.#heldBytes);
    this.#heldBytes = size;
  }
}

/** What the hash is behind the last byte that was looked at. A function that returned two things would cost more. */
let rolled = 0;

function roll(bytes: Buffer, gear: Int32Array, from: number, end: number, before: number): void {
  let hash = before;
  for (let at = from; at < end; at += 1) hash = ((hash << 1) + (gear[bytes[at] as number] as number)) | 0;
  rolled = hash;
}

/** Behind which byte the hash has none of the bits of the mask; -1 when it never has. Small, so that it runs fast. */
function scan(
  bytes: Buffer,
  gear: Int32Array,
  from: number,
  end: number,
  mask: number,
  before: number,
): number {
  let hash = before;
  for (let at = from; at < end; at += 1) {
    hash = ((hash << 1) + (gear[bytes[at] as number] as number)) | 0;
    if ((hash & mask) === 0) return at + 1;
  }
  rolled = hash;
  return -1;
}

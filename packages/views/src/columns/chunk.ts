import { crc32 } from "node:zlib";
import { IndexDamage } from "../file/index-damage.ts";

/** Rows of one chunk. Small enough to be stored anew with every batch, while records come in slowly. */
export const CHUNK_ROWS = 512;

const ROW_BYTES = 8 + 4 + 4 + 4 + 2 + 1;

/** The newest row of its action. */
export const LATEST = 1;

/** It was destroyed: no list may show it, and nothing else in the columns is true of it. */
export const FORGOTTEN = 2;

/** Nothing of its payload is in the index, since that could not be read when it was indexed, or is no record. */
export const EMPTY = 4;

/** Rows in columns, over one piece of memory, which is also how they are stored. */
export class Chunk {
  readonly bytes: Buffer;
  /** Microseconds since the epoch. */
  readonly times: Float64Array;
  readonly contexts: Uint32Array;
  readonly shapes: Uint32Array;
  /** How far before it the previous row of its action stands; 0 when it is the first. */
  readonly previous: Uint32Array;
  /** How far behind it the row stands under which its words are indexed. */
  readonly documents: Uint16Array;
  readonly flags: Uint8Array;
  count = 0;
  lowestUs: number = Number.POSITIVE_INFINITY;
  highestUs: number = Number.NEGATIVE_INFINITY;

  constructor() {
    const memory = new ArrayBuffer(CHUNK_ROWS * ROW_BYTES);
    this.bytes = Buffer.from(memory);
    this.times = new Float64Array(memory, 0, CHUNK_ROWS);
    this.contexts = new Uint32Array(memory, CHUNK_ROWS * 8, CHUNK_ROWS);
    this.shapes = new Uint32Array(memory, CHUNK_ROWS * 12, CHUNK_ROWS);
    this.previous = new Uint32Array(memory, CHUNK_ROWS * 16, CHUNK_ROWS);
    this.documents = new Uint16Array(memory, CHUNK_ROWS * 20, CHUNK_ROWS);
    this.flags = new Uint8Array(memory, CHUNK_ROWS * 22, CHUNK_ROWS);
  }

  get crc(): number {
    return crc32(this.bytes);
  }

  /** Says nothing about rows that are not there yet. Throws when the bytes are not those that were stored. */
  load(bytes: Buffer, crc: number, count: number): void {
    if (bytes.length !== this.bytes.length || crc32(bytes) !== crc)
      throw new IndexDamage("a chunk is damaged");
    bytes.copy(this.bytes);
    for (let at = 0; at < count; at += 1)
      if (((this.flags[at] as number) & FORGOTTEN) === 0) this.sawTime(this.times[at] as number);
    this.count = count;
  }

  sawTime(timeUs: number): void {
    if (timeUs < this.lowestUs) this.lowestUs = timeUs;
    if (timeUs > this.highestUs) this.highestUs = timeUs;
  }
}

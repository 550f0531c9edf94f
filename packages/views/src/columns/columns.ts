import { IndexDamage } from "../file/index-damage.ts";
import type { StoredChunk } from "../file/index-file.ts";
import { CHUNK_ROWS, Chunk, EMPTY, FORGOTTEN, LATEST } from "./chunk.ts";

/** What the columns hold of one row. */
export interface ColumnRow {
  readonly timeUs: number;
  readonly context: number;
  readonly shape: number;
  /** The row before it of the same action. */
  readonly previous: number | undefined;
  /** The row under which its words are indexed: itself, or a later one of the same action. */
  readonly document: number;
  /** Whether nothing of its payload is in the index. */
  readonly isEmpty: boolean;
}

/**
 * What lists are filtered by, of every row, in memory: 23 bytes a row. To go through a million rows takes about two
 * milliseconds whatever is asked for, which no choice of database indexes promises for every combination.
 */
export class Columns {
  readonly chunks: Chunk[] = [];
  readonly #changed = new Set<number>();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  load(stored: readonly StoredChunk[], size: number): void {
    for (const { number, crc, columns } of stored) {
      if (number !== this.chunks.length) throw new IndexDamage("a chunk is missing");
      const chunk = new Chunk();
      chunk.load(columns, crc, Math.min(CHUNK_ROWS, size - number * CHUNK_ROWS));
      this.chunks.push(chunk);
    }
    if (this.chunks.length !== Math.ceil(size / CHUNK_ROWS))
      throw new IndexDamage("the last chunks are missing");
    this.#size = size;
  }

  add({ context, document, isEmpty, previous, shape, timeUs }: ColumnRow): void {
    const index = this.#size;
    const at = index % CHUNK_ROWS;
    if (at === 0) this.chunks.push(new Chunk());
    const chunk = this.chunk(index);
    chunk.times[at] = timeUs;
    chunk.sawTime(timeUs);
    chunk.contexts[at] = context;
    chunk.shapes[at] = shape;
    chunk.documents[at] = document - index;
    chunk.flags[at] = LATEST | (isEmpty ? EMPTY : 0);
    chunk.count = at + 1;
    this.#size += 1;
    this.setPrevious(index, previous);
    if (previous !== undefined) this.setLatest(previous, false);
  }

  setPrevious(index: number, previous: number | undefined): void {
    this.chunk(index).previous[index % CHUNK_ROWS] = previous === undefined ? 0 : index - previous;
    this.#changed.add(Math.floor(index / CHUNK_ROWS));
  }

  setLatest(index: number, isLatest: boolean): void {
    const { flags } = this.chunk(index);
    const others = (flags[index % CHUNK_ROWS] as number) & ~LATEST;
    flags[index % CHUNK_ROWS] = isLatest ? others | LATEST : others;
    this.#changed.add(Math.floor(index / CHUNK_ROWS));
  }

  /** Leaves nothing of a row but that there was one. */
  forget(index: number): void {
    const { contexts, documents, flags, previous, shapes, times } = this.chunk(index);
    const at = index % CHUNK_ROWS;
    for (const column of [contexts, documents, previous, shapes, times]) column[at] = 0;
    flags[at] = FORGOTTEN;
    this.#changed.add(Math.floor(index / CHUNK_ROWS));
  }

  chunk(index: number): Chunk {
    return this.chunks[Math.floor(index / CHUNK_ROWS)] as Chunk;
  }

  isLatest(index: number): boolean {
    return this.#has(index, LATEST);
  }

  isForgotten(index: number): boolean {
    return this.#has(index, FORGOTTEN);
  }

  isEmpty(index: number): boolean {
    return this.#has(index, EMPTY);
  }

  #has(index: number, flag: number): boolean {
    return ((this.chunk(index).flags[index % CHUNK_ROWS] as number) & flag) !== 0;
  }

  timeUs(index: number): number {
    return this.chunk(index).times[index % CHUNK_ROWS] as number;
  }

  context(index: number): number {
    return this.chunk(index).contexts[index % CHUNK_ROWS] as number;
  }

  shape(index: number): number {
    return this.chunk(index).shapes[index % CHUNK_ROWS] as number;
  }

  document(index: number): number {
    return index + (this.chunk(index).documents[index % CHUNK_ROWS] as number);
  }

  previous(index: number): number | undefined {
    const distance = this.chunk(index).previous[index % CHUNK_ROWS] as number;
    return distance === 0 ? undefined : index - distance;
  }

  /** The rows whose words are indexed under one row: itself and some before it of the same action, newest first. */
  *rowsOfDocument(document: number): Generator<number, void, undefined> {
    for (
      let row: number | undefined = document;
      row !== undefined && this.document(row) === document;
      row = this.previous(row)
    )
      yield row;
  }

  /** What has to be stored since the last call. */
  takeChanged(): StoredChunk[] {
    const changed = [...this.#changed].map((number) => {
      const chunk = this.chunks[number] as Chunk;
      return { columns: chunk.bytes, crc: chunk.crc, number };
    });
    this.#changed.clear();
    return changed;
  }
}

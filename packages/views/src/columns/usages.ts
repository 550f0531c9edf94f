import { crc32 } from "node:zlib";
import type { AuditRecord, Usage } from "@custody/domain";
import { IndexDamage } from "../file/index-damage.ts";
import type { StoredChunk } from "../file/index-file.ts";

const CHUNK_ROWS = 512;

/** What is counted of an answer, in the order in which a chunk has it. */
const COUNTED = ["input", "cacheRead", "cacheWrite", "output", "reasoning", "costMicros"] as const;

const ROW_BYTES = 4 + 4 + 8 * COUNTED.length;

/** Nothing is counted of it: there is no row yet, or it was destroyed. */
const NOTHING = 0;
const COUNTS = 1;
/** Nobody knows its price, or it is in another currency. */
const UNPRICED = 2;
const REPORTED = 4;

/** The currency that costs are added up in. */
const CURRENCY = "USD";

/** What one answer of a model took. */
export interface UsageRow extends Record<(typeof COUNTED)[number], number> {
  /** The row whose record says so. */
  row: number;
  isUnpriced: boolean;
  isReported: boolean;
}

/**
 * What the answers of models took, of every row that says so, in memory and in columns: sums are made anew whenever they are
 * asked for, so nothing has to be taken back when records are destroyed.
 */
export class Usages {
  readonly #chunks: UsageChunk[] = [];
  readonly #changed = new Set<number>();
  #size = 0;

  load(stored: readonly StoredChunk[]): void {
    for (const { columns, crc, number } of stored) {
      if (number !== this.#chunks.length) throw new IndexDamage("a chunk of usages is missing");
      const chunk = new UsageChunk();
      chunk.load(columns, crc);
      this.#chunks.push(chunk);
      this.#size = number * CHUNK_ROWS + chunk.count;
    }
  }

  add(row: number, usage: Usage, vantage: AuditRecord["source"]["vantage"]): void {
    const at = this.#size % CHUNK_ROWS;
    if (at === 0) this.#chunks.push(new UsageChunk());
    const number = this.#chunks.length - 1;
    const chunk = this.#chunks[number] as UsageChunk;
    const isPriced = usage.costMicros !== null && usage.currency === CURRENCY;
    chunk.rows[at] = row;
    chunk.flags[at] = COUNTS | (isPriced ? 0 : UNPRICED) | (vantage === "reported" ? REPORTED : 0);
    for (const [place, name] of COUNTED.entries())
      (chunk.counts[place] as Float64Array)[at] = name === "costMicros" && !isPriced ? 0 : (usage[name] ?? 0);
    this.#changed.add(number);
    this.#size += 1;
  }

  /** Leaves nothing of those whose rows are gone. */
  forget(isGone: (row: number) => boolean): void {
    for (const [number, chunk] of this.#chunks.entries())
      for (let at = 0; at < chunk.count; at += 1) {
        // What was destroyed before has the number of another row now.
        if (((chunk.flags[at] as number) & COUNTS) === 0 || !isGone(chunk.rows[at] as number)) continue;
        chunk.rows[at] = 0;
        chunk.flags[at] = FORGOTTEN;
        for (const column of chunk.counts) column[at] = 0;
        this.#changed.add(number);
      }
  }

  /** One object for all of them, so that a million cost no memory: it holds until the next one. */
  *all(): Generator<Readonly<UsageRow>, void, undefined> {
    const found = { isReported: false, isUnpriced: false, row: 0 } as UsageRow;
    for (const { count, counts, flags, rows } of this.#chunks)
      for (let at = 0; at < count; at += 1) {
        const flag = flags[at] as number;
        if ((flag & COUNTS) === 0) continue;
        found.row = rows[at] as number;
        found.isUnpriced = (flag & UNPRICED) !== 0;
        found.isReported = (flag & REPORTED) !== 0;
        for (const [place, name] of COUNTED.entries())
          found[name] = (counts[place] as Float64Array)[at] as number;
        yield found;
      }
  }

  /** What has to be stored since the last call. */
  takeChanged(): StoredChunk[] {
    const changed = [...this.#changed].map((number) => {
      const { bytes } = this.#chunks[number] as UsageChunk;
      return { columns: bytes, crc: crc32(bytes), number };
    });
    this.#changed.clear();
    return changed;
  }
}

/** It was counted, and is not any more. */
const FORGOTTEN = 8;

class UsageChunk {
  readonly bytes: Buffer;
  readonly counts: readonly Float64Array[];
  readonly rows: Uint32Array;
  readonly flags: Uint32Array;

  constructor() {
    const memory = new ArrayBuffer(CHUNK_ROWS * ROW_BYTES);
    this.bytes = Buffer.from(memory);
    this.counts = COUNTED.map((_, place) => new Float64Array(memory, CHUNK_ROWS * 8 * place, CHUNK_ROWS));
    this.rows = new Uint32Array(memory, CHUNK_ROWS * 8 * COUNTED.length, CHUNK_ROWS);
    this.flags = new Uint32Array(memory, CHUNK_ROWS * (8 * COUNTED.length + 4), CHUNK_ROWS);
  }

  get count(): number {
    const end = this.flags.indexOf(NOTHING);
    return end === -1 ? CHUNK_ROWS : end;
  }

  load(bytes: Buffer, crc: number): void {
    if (bytes.length !== this.bytes.length || crc32(bytes) !== crc)
      throw new IndexDamage("a chunk of usages is damaged");
    bytes.copy(this.bytes);
  }
}

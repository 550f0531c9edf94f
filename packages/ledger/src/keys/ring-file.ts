import { closeSync, openSync } from "node:fs";
import type { FileHandle } from "node:fs/promises";
import { dirname } from "node:path";
import { setImmediate as nextTurn } from "node:timers/promises";
import { type Disk, openExisting } from "../store/disk.ts";
import { formatRow, parseRow, type RingRow } from "./ring-row.ts";

/** After so many rows others get their turn: a large ring must not hold up the data path. */
const ROWS_AT_ONCE = 500;

/** The file of the key ring: rows are added at its end, or it is written anew as a whole. */
export class RingFile {
  readonly path: string;
  readonly #disk: Disk;
  #bytes = 0;
  /** Which file it was, when it was read last. A ring that was written anew is another file. */
  #inode = 0n;
  /** While the ring is written anew. After a failure it stays, and the ledger is given up. */
  #rewriting: { readonly old: FileHandle; readonly next: NextFile } | undefined;

  constructor(disk: Disk, path: string) {
    this.#disk = disk;
    this.path = path;
  }

  /** How many bytes of the file are whole rows. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Reads everything; undefined when there is no file. */
  async read(): Promise<Buffer | undefined> {
    const file = await openExisting(this.#disk, this.path);
    if (file === undefined) return undefined;
    try {
      this.#inode = (await file.stat({ bigint: true })).ino;
      return await file.readFile();
    } finally {
      await file.close();
    }
  }

  /** The rows in what was read, from the beginning. A torn last row never was in use. */
  take(bytes: Buffer): RingRow[] {
    this.#bytes = 0;
    return this.#parse(bytes);
  }

  /** What a writer has done since: rows that were added, or all rows of a ring that was written anew. */
  follow(): { readonly isNew: boolean; readonly rows: readonly RingRow[] } | undefined {
    const descriptor = this.#disk.openNow(this.path);
    if (descriptor === undefined) return undefined;
    try {
      const { inode, size } = this.#disk.statNow(descriptor);
      const isNew = inode !== this.#inode;
      if (!isNew && size <= this.#bytes) return { isNew, rows: [] };
      if (isNew) this.#bytes = 0;
      this.#inode = inode;
      const bytes = Buffer.alloc(size - this.#bytes);
      const length = this.#disk.readNow(descriptor, bytes, this.#bytes);
      return { isNew, rows: this.#parse(bytes.subarray(0, length)) };
    } finally {
      this.#disk.closeDescriptor(descriptor);
    }
  }

  /** The first rows of a new ring, in one step. */
  async create(rows: readonly RingRow[]): Promise<Buffer> {
    const bytes = Buffer.from(rows.map(formatRow).join(""), "latin1");
    await this.#disk.replace(this.path, bytes);
    await this.#disk.syncDirectory(dirname(this.path));
    return bytes;
  }

  /** Adds a row, durably, before it returns: its key is used in the same moment. */
  append(row: RingRow): void {
    const line = encodeRow(row);
    const { next, old } = this.#rewriting ?? {};
    const descriptor = old?.fd ?? openSync(this.path, "r+");
    try {
      this.#write(descriptor, line, this.#bytes);
    } finally {
      if (old === undefined) closeSync(descriptor);
    }
    this.#bytes += line.length;
    // Until its name is durable, either of the two files may be the one that a crash leaves.
    if (next?.isWhole) next.bytes += this.#write(next.file.fd, encodeRow(next.change(row)), next.bytes);
  }

  /**
   * Writes the whole ring anew: every row as `change` makes it, also those that are added meanwhile. Whoever reads, and
   * whatever crashes, finds the old ring or the new one. `change` is called once for each row, in order; `done` in the
   * moment from which rows are added to the new ring alone.
   */
  async rewrite(
    rows: () => readonly RingRow[],
    change: (row: RingRow) => RingRow,
    done: () => void,
  ): Promise<void> {
    const temporary = `${this.path}.tmp`;
    const old = await this.#disk.open(this.path, "r+");
    let file: FileHandle | undefined;
    try {
      file = await this.#disk.open(temporary, "w");
      const next = { file, change, bytes: 0, isWhole: false };
      this.#rewriting = { old, next };
      await this.#writeRows(next, rows);
      await this.#disk.rename(temporary, this.path);
      await this.#disk.syncDirectory(dirname(this.path));
      this.#inode = (await file.stat({ bigint: true })).ino;
      this.#bytes = next.bytes;
      this.#rewriting = undefined;
      done();
    } finally {
      await file?.close();
      await old.close();
    }
  }

  async #writeRows(next: NextFile, rows: () => readonly RingRow[]): Promise<void> {
    for (let written = 0; written < rows().length; ) {
      const some = rows().slice(written, written + ROWS_AT_ONCE);
      const part = Buffer.from(some.map((row) => formatRow(next.change(row))).join(""), "latin1");
      written += some.length;
      this.#disk.writeSync(next.file.fd, part, next.bytes);
      next.bytes += part.length;
      await nextTurn();
      // Rows that come during this sync are few, and written in another round.
      if (written === rows().length) await this.#disk.sync(next.file.fd);
    }
    next.isWhole = true;
  }

  #write(descriptor: number, line: Buffer, position: number): number {
    this.#disk.writeSync(descriptor, line, position);
    this.#disk.syncNow(descriptor);
    return line.length;
  }

  #parse(bytes: Buffer): RingRow[] {
    const rows: RingRow[] = [];
    for (const line of wholeLines(bytes.toString("latin1"))) {
      rows.push(parseRow(line));
      this.#bytes += line.length + 1;
    }
    return rows;
  }
}

/** The ring that is to come. Once it is whole, it gets whatever the present one gets. */
interface NextFile {
  readonly file: FileHandle;
  readonly change: (row: RingRow) => RingRow;
  bytes: number;
  isWhole: boolean;
}

function encodeRow(row: RingRow): Buffer {
  return Buffer.from(formatRow(row), "latin1");
}

/**
 * The lines that end with a newline, without it. A last line with a zero byte was cut short as well: a file can become
 * longer before all of its pages are written, and no single changed bit turns a character of a row into a zero.
 */
function wholeLines(text: string): string[] {
  const lines = text.split("\n").slice(0, -1);
  return lines.at(-1)?.includes("\0") ? lines.slice(0, -1) : lines;
}

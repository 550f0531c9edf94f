import {
  closeSync,
  fsyncSync,
  openSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  writeSync,
} from "node:fs";
import type { EventQueue, Waiting } from "../sending/event-queue.ts";
import { decodeLine } from "./spool-line.ts";

const READ_BYTES = 256 * 1024;
/** An event and what stands before it. */
const LINE_BYTES_MAX = 1024 * 1024 + 64;

interface Read extends Waiting {
  readonly segment: string;
  /** Where the line after it begins. */
  readonly end: number;
}

export interface SpoolReaderOptions {
  readonly instance: string;
  readonly base: string;
  /** Paths, oldest first. A writer adds to it. */
  readonly segments: readonly string[];
  /** Whether somebody still writes. */
  readonly isWritten: boolean;
}

/**
 * Reads a source's events back from its files, and takes away the files of which the server has everything. What a crash
 * tore at the end was never promised to anybody; a line that is damaged is passed over.
 *
 * It remembers no more than what is on its way: after a crash it begins at its oldest file, and the server drops what it has.
 */
export class SpoolReader implements EventQueue {
  readonly instance: string;
  readonly #basePath: string;
  readonly #segments: string[];
  #isWritten: boolean;
  #read: Read[] = [];
  #at = 0;
  #offset = 0;
  base: number;

  constructor({ base, instance, isWritten, segments }: SpoolReaderOptions) {
    this.instance = instance;
    this.#basePath = base;
    this.#segments = [...segments];
    this.#isWritten = isWritten;
    this.base = readBase(base);
  }

  get isEnded(): boolean {
    return !this.#isWritten && this.#segments.length === 0;
  }

  addSegment(path: string): void {
    this.#segments.push(path);
  }

  endWriting(): void {
    this.#isWritten = false;
  }

  peek(lengthMax: number): readonly Waiting[] {
    this.#readOn(lengthMax);
    let length = 0;
    const end = this.#read.findIndex(({ json }, at) => {
      length += json.length;
      return at > 0 && length > lengthMax;
    });
    const batch = this.#read.slice(0, end === -1 ? undefined : end);
    if (batch.length === 0) this.#dropRead();
    return batch;
  }

  acknowledge(sequence: number): void {
    const end = this.#read.findIndex((each) => each.sequence > sequence);
    this.#read.splice(0, end === -1 ? this.#read.length : end);
    this.#dropRead();
  }

  rewind(sequence: number): boolean {
    this.#read = [];
    this.#at = 0;
    this.#offset = 0;
    for (;;) {
      this.#readOn(READ_BYTES);
      const [first] = this.#read;
      if (first === undefined) break;
      if (first.sequence === sequence) return true;
      if (first.sequence > sequence) break;
      this.#read.shift();
    }
    this.#read = [];
    this.#at = 0;
    this.#offset = 0;
    return false;
  }

  /** On the disk before it is used, or a crash would send the same as of two sources. */
  restart(sequence: number): void {
    const file = openSync(`${this.#basePath}.tmp`, "w", 0o600);
    try {
      writeSync(file, String(sequence));
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(`${this.#basePath}.tmp`, this.#basePath);
    this.base = sequence;
    this.#read = this.#read.filter((each) => each.sequence >= sequence);
  }

  /** Reads until there are so many characters, or there is nothing more. */
  #readOn(lengthMax: number): void {
    let length = this.#read.reduce((sum, { json }) => sum + json.length, 0);
    while (length < lengthMax) {
      const segment = this.#segments[this.#at];
      if (segment === undefined) return;
      const lines = linesFrom(segment, this.#offset);
      for (const { end, line } of lines) {
        this.#offset = end;
        const decoded = decodeLine(line);
        if (decoded === undefined || decoded.sequence < this.base) continue;
        this.#read.push({ ...decoded, end, segment });
        length += decoded.json.length;
      }
      if (lines.length > 0) continue;
      // The newest may still grow.
      if (this.#at === this.#segments.length - 1 && this.#isWritten) return;
      this.#at += 1;
      this.#offset = 0;
    }
  }

  /** Takes away what was read to its end, and waits for nothing. */
  #dropRead(): void {
    const needed = this.#read[0]?.segment;
    while (this.#at > 0 && this.#segments[0] !== needed) {
      rmSync(this.#segments.shift() as string, { force: true });
      this.#at -= 1;
    }
    if (this.isEnded) rmSync(this.#basePath, { force: true });
  }
}

/** Whole lines from a place on; none where there is none. A file that is gone has none. */
function linesFrom(path: string, offset: number): { readonly line: string; readonly end: number }[] {
  let file: number;
  try {
    file = openSync(path, "r");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
  try {
    let bytes = readAt(file, offset, READ_BYTES);
    if (!bytes.includes(0x0a)) bytes = readAt(file, offset, LINE_BYTES_MAX);
    const lines: { line: string; end: number }[] = [];
    for (let from = 0; ; ) {
      const end = bytes.indexOf(0x0a, from);
      if (end === -1) return lines;
      lines.push({ end: offset + end + 1, line: bytes.toString("utf8", from, end) });
      from = end + 1;
    }
  } finally {
    closeSync(file);
  }
}

function readAt(file: number, offset: number, length: number): Buffer {
  const bytes = Buffer.alloc(length);
  return bytes.subarray(0, readSync(file, bytes, 0, length, offset));
}

function readBase(path: string): number {
  try {
    const base = Number(readFileSync(path, "utf8"));
    return Number.isSafeInteger(base) && base > 0 ? base : 0;
  } catch {
    return 0;
  }
}

import { closeSync, fdatasync, fsyncSync, ftruncateSync, openSync, writeSync } from "node:fs";
import { promisify } from "node:util";
import { ClientError } from "../error.ts";
import { segmentPath } from "./spool-files.ts";
import { encodeLine } from "./spool-line.ts";

/** Files of this size are taken away as a whole once the server has all of them. */
const SEGMENT_BYTES = 4 * 1024 * 1024;

const sync = promisify(fdatasync);

export interface SpoolWriterOptions {
  readonly folder: string;
  readonly instance: string;
  readonly owner: string;
  readonly onSegment: (path: string) => void;
}

/**
 * Appends events to files of this process alone. A line is in the file when `append` returns, which a kill cannot take
 * back, and on the disk when its promise resolves; those that come at the same time share the wait.
 */
export class SpoolWriter {
  readonly #options: SpoolWriterOptions;
  #file: number | undefined;
  #size = 0;
  #number = 0;
  #sequence = 0;
  #syncing: Promise<void> | undefined;
  #next: Promise<void> | undefined;

  constructor(options: SpoolWriterOptions) {
    this.#options = options;
  }

  /** @throws ClientError SPOOL_FAILED: it is in no file, and has no number */
  append(json: string): Promise<void> {
    const line = Buffer.from(encodeLine({ json, sequence: this.#sequence }));
    try {
      this.#write(line);
    } catch (cause) {
      throw new ClientError("SPOOL_FAILED", `the spool cannot be written: ${(cause as Error).message}`, {
        cause,
      });
    }
    this.#sequence += 1;
    return this.#synced();
  }

  async close(): Promise<void> {
    await this.#synced();
    if (this.#file !== undefined) closeSync(this.#file);
    this.#file = undefined;
  }

  #write(line: Buffer): void {
    if (this.#file === undefined || this.#size >= SEGMENT_BYTES) this.#begin();
    const file = this.#file as number;
    try {
      for (let at = 0; at < line.length; ) at += writeSync(file, line, at, line.length - at, this.#size + at);
      this.#size += line.length;
    } catch (error) {
      // Half a line must not stand before the next one; where even that fails, its checksum tells.
      try {
        ftruncateSync(file, this.#size);
      } catch {
        this.#size = SEGMENT_BYTES;
      }
      throw error;
    }
  }

  #begin(): void {
    const { folder, instance, onSegment, owner } = this.#options;
    const path = segmentPath(folder, instance, owner, this.#number);
    const file = openSync(path, "wx", 0o600);
    syncFolder(folder);
    const before = this.#file;
    if (before !== undefined) {
      fsyncSync(before);
      closeSync(before);
    }
    this.#file = file;
    this.#number += 1;
    this.#size = 0;
    onSegment(path);
  }

  /** Of a wait that began before a line was written, nobody knows whether it includes the line. */
  #synced(): Promise<void> {
    if (this.#syncing === undefined) {
      this.#syncing = this.#sync().finally(() => {
        this.#syncing = undefined;
      });
      return this.#syncing;
    }
    this.#next ??= this.#syncing
      .catch(() => {})
      .then(() => {
        this.#next = undefined;
        return this.#synced();
      });
    return this.#next;
  }

  async #sync(): Promise<void> {
    // What is written in this turn shares the wait.
    await Promise.resolve();
    const file = this.#file;
    if (file === undefined) return;
    try {
      await sync(file);
    } catch (cause) {
      // A file that was closed meanwhile was synced before.
      if ((cause as NodeJS.ErrnoException).code === "EBADF") return;
      throw new ClientError("SPOOL_FAILED", `the spool cannot be written: ${(cause as Error).message}`, {
        cause,
      });
    }
  }
}

/** The name of a new file is on the disk only then. */
function syncFolder(folder: string): void {
  const file = openSync(folder, "r");
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

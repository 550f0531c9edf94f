import { fdatasync, fdatasyncSync, fsync, read, writeSync } from "node:fs";
import { type FileHandle, mkdir, open, readdir, readFile, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";

/**
 * The few things that the ledger asks of a disk. Tests replace it to fail at a named step.
 *
 * Every method throws the operating system's own error. A failed sync is never retried by callers: after EIO the
 * kernel may have dropped the dirty pages, and a second sync would report success over lost data.
 */
export interface Disk {
  /** Writes the whole of `bytes` at `position`, into the page cache. */
  writeSync(descriptor: number, bytes: Uint8Array, position: number): void;
  /** Reads from `position` on into `target`, and returns how many bytes there were: fewer only at the file's end. */
  readAt(descriptor: number, target: Uint8Array, position: number): Promise<number>;
  /** Makes the data of an open file durable. */
  sync(descriptor: number): Promise<void>;
  syncNow(descriptor: number): void;
  /** Creates or replaces a file in one step: temporary file, fsync, rename. The directory is not synced. */
  replace(path: string, bytes: Uint8Array, mode?: number): Promise<void>;
  /** Makes creations and renames in a directory durable. */
  syncDirectory(path: string): Promise<void>;
  /** The file's bytes, or undefined when there is none. */
  read(path: string): Promise<Buffer | undefined>;
  open(path: string, flags: string, mode?: number): Promise<FileHandle>;
  makeDirectory(path: string): Promise<void>;
  /** Names in a directory, sorted; none when it does not exist. */
  list(path: string): Promise<string[]>;
  rename(from: string, to: string): Promise<void>;
  remove(path: string): Promise<void>;
}

let temporaryNames = 0;

/** The real disk. Files are readable by their owner only. */
export const nodeDisk: Disk = {
  writeSync(descriptor, bytes, position) {
    let written = 0;
    while (written < bytes.length) {
      written += writeSync(descriptor, bytes, written, bytes.length - written, position + written);
    }
  },
  async readAt(descriptor, target, position) {
    let done = 0;
    while (done < target.length) {
      const bytes = await readSome(descriptor, target, done, position + done);
      if (bytes === 0) break;
      done += bytes;
    }
    return done;
  },
  sync: (descriptor) =>
    new Promise((resolve, reject) => {
      fdatasync(descriptor, (error) => (error ? reject(error) : resolve()));
    }),
  syncNow: (descriptor) => fdatasyncSync(descriptor),
  async replace(path, bytes, mode = 0o600) {
    temporaryNames += 1;
    const temporary = `${path}.${process.pid}-${temporaryNames}.tmp`;
    const file = await open(temporary, "w", mode);
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  },
  async syncDirectory(path) {
    const directory = await open(path, "r");
    try {
      await new Promise<void>((resolve, reject) => {
        fsync(directory.fd, (error) => (error ? reject(error) : resolve()));
      });
    } finally {
      await directory.close();
    }
  },
  read: (path) => readFile(path).catch(absent),
  open: (path, flags, mode = 0o600) => open(path, flags, mode),
  async makeDirectory(path) {
    const made = await mkdir(path, { recursive: true, mode: 0o700 });
    if (made === undefined) return;
    // Every new level must survive a power cut, up to the first directory that was there before.
    for (let level = path; level.length >= made.length; level = dirname(level)) {
      await nodeDisk.syncDirectory(dirname(level));
    }
  },
  list: (path) =>
    readdir(path).then(
      (names) => names.sort(),
      (error) => absent(error) ?? [],
    ),
  rename: (from, to) => rename(from, to),
  remove: (path) => rm(path, { recursive: true, force: true }),
};

function readSome(descriptor: number, target: Uint8Array, offset: number, position: number): Promise<number> {
  return new Promise((resolve, reject) => {
    read(descriptor, target, offset, target.length - offset, position, (error, bytes) =>
      error ? reject(error) : resolve(bytes),
    );
  });
}

/** Opens a file for reading; undefined when there is none. */
export function openExisting(disk: Disk, path: string): Promise<FileHandle | undefined> {
  return disk.open(path, "r").catch(absent);
}

function absent(error: unknown): undefined {
  if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
  throw error;
}

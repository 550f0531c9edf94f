import {
  closeSync,
  fdatasync,
  fdatasyncSync,
  fstatSync,
  fsync,
  openSync,
  open as openWithCallback,
  read,
  readdirSync,
  readSync,
  rename,
  writeSync,
  writev,
} from "node:fs";
import { type FileHandle, mkdir, open, readdir, rm } from "node:fs/promises";
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
  /** Writes the whole of `parts`, one behind the other, from `position` on, without holding up others meanwhile. */
  write(descriptor: number, parts: readonly Uint8Array[], position: number): Promise<void>;
  /** Makes the data of an open file durable. */
  sync(descriptor: number): Promise<void>;
  syncNow(descriptor: number): void;
  /** Creates or replaces a file in one step: temporary file, fsync, rename. The directory is not synced. */
  replace(path: string, bytes: Uint8Array, mode?: number): Promise<void>;
  /** Makes creations and renames in a directory durable. */
  syncDirectory(path: string): Promise<void>;
  /**
   * Opens a file to read from it, while everybody else waits; undefined when there is none. To be closed with
   * `closeDescriptor`. This and the three after it are for what is small, lies in the page cache and is looked at many times
   * a second: a step through Node's threads costs ten times what is done in it, and a busy machine lets each of them wait.
   */
  openNow(path: string): number | undefined;
  /** Fewer bytes than there is room for only at the file's end. */
  readNow(descriptor: number, target: Uint8Array, position: number): number;
  /** Which file it is, and how many bytes it has. */
  statNow(descriptor: number): { readonly inode: bigint; readonly size: number };
  /** As `list`. */
  listNow(path: string): string[];
  /** The file's bytes, or undefined when there is none. */
  read(path: string): Promise<Buffer | undefined>;
  open(path: string, flags: string, mode?: number): Promise<FileHandle>;
  /** For many files: a handle costs several times what is done with it. To be closed with `closeDescriptor`. */
  openDescriptor(path: string, flags: string): Promise<number>;
  closeDescriptor(descriptor: number): void;
  makeDirectory(path: string): Promise<void>;
  /** Names in a directory, sorted; none when it does not exist. */
  list(path: string): Promise<string[]>;
  rename(from: string, to: string): Promise<void>;
  remove(path: string): Promise<void>;
}

let temporaryNames = 0;

/** A name beside `path` that nothing has, for a file that gets its own when it is whole. */
export function temporaryPath(path: string): string {
  temporaryNames += 1;
  return `${path}.${process.pid}-${temporaryNames}.tmp`;
}

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
  async write(descriptor, parts, position) {
    const bytes = parts.reduce((sum, part) => sum + part.length, 0);
    const written = await writeParts(descriptor, parts, position);
    // The rest fails with a reason, or succeeds.
    if (written < bytes)
      nodeDisk.writeSync(descriptor, Buffer.concat(parts).subarray(written), position + written);
  },
  sync: (descriptor) =>
    new Promise((resolve, reject) => {
      fdatasync(descriptor, (error) => (error ? reject(error) : resolve()));
    }),
  syncNow: (descriptor) => fdatasyncSync(descriptor),
  async replace(path, bytes, mode = 0o600) {
    const temporary = temporaryPath(path);
    const descriptor = await openFile(temporary, "w", mode);
    try {
      await nodeDisk.write(descriptor, [bytes], 0);
      await nodeDisk.sync(descriptor);
    } finally {
      closeSync(descriptor);
    }
    await nodeDisk.rename(temporary, path);
  },
  async syncDirectory(path) {
    const directory = await openFile(path, "r");
    try {
      await new Promise<void>((resolve, reject) => {
        fsync(directory, (error) => (error ? reject(error) : resolve()));
      });
    } finally {
      closeSync(directory);
    }
  },
  openNow(path) {
    try {
      return openSync(path, "r");
    } catch (error) {
      return absent(error);
    }
  },
  readNow(descriptor, target, position) {
    let done = 0;
    while (done < target.length) {
      const bytes = readSync(descriptor, target, done, target.length - done, position + done);
      if (bytes === 0) break;
      done += bytes;
    }
    return done;
  },
  statNow(descriptor) {
    const { ino, size } = fstatSync(descriptor, { bigint: true });
    return { inode: ino, size: Number(size) };
  },
  listNow(path) {
    try {
      return readdirSync(path).sort();
    } catch (error) {
      return absent(error) ?? [];
    }
  },
  read: (path) => readWhole(path).catch(absent),
  open: (path, flags, mode = 0o600) => open(path, flags, mode),
  openDescriptor: (path, flags) => openFile(path, flags),
  closeDescriptor: (descriptor) => closeSync(descriptor),
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
  rename: (from, to) =>
    new Promise((resolve, reject) => {
      rename(from, to, (error) => (error ? reject(error) : resolve()));
    }),
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

function openFile(path: string, flags: string, mode = 0o600): Promise<number> {
  return new Promise((resolve, reject) => {
    openWithCallback(path, flags, mode, (error, descriptor) => (error ? reject(error) : resolve(descriptor)));
  });
}

/** What a file holds at this moment. Its size is known without asking the disk, once it is open. */
async function readWhole(path: string): Promise<Buffer> {
  const descriptor = await openFile(path, "r");
  try {
    const bytes = Buffer.allocUnsafeSlow(fstatSync(descriptor).size);
    let length = 0;
    while (length < bytes.length) {
      const more = await readPart(descriptor, bytes, length);
      // It became shorter meanwhile.
      if (more === 0) break;
      length += more;
    }
    return length === bytes.length ? bytes : bytes.subarray(0, length);
  } finally {
    closeSync(descriptor);
  }
}

function readPart(descriptor: number, bytes: Buffer, offset: number): Promise<number> {
  return new Promise((resolve, reject) => {
    read(descriptor, bytes, offset, bytes.length - offset, offset, (error, length) =>
      error ? reject(error) : resolve(length),
    );
  });
}

/** How many bytes were written; fewer than there are when the disk became full meanwhile. */
function writeParts(descriptor: number, parts: readonly Uint8Array[], position: number): Promise<number> {
  return new Promise((resolve, reject) => {
    writev(descriptor, parts, position, (error, written) => (error ? reject(error) : resolve(written)));
  });
}

function absent(error: unknown): undefined {
  if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
  throw error;
}

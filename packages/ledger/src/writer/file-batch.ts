import { dirname, join } from "node:path";
import { LedgerError } from "../error.ts";
import { type Disk, temporaryPath } from "../store/disk.ts";

/** How many files are worked on at once: one of Node's four threads stays free for the write-ahead file. */
const PARALLEL = 3;

/** How many files are open at once: descriptors are scarce in a program that has connections as well. */
const WAVE = 64;

/** A file on its way: written under `written`, and to be known as `path`. */
interface Job {
  readonly path: string;
  readonly written: string;
  readonly parts: readonly Buffer[];
  /** Where the parts go; a growing file keeps what it holds before that. */
  readonly position: number;
}

/**
 * Writes the files of one integration. Nothing counts until `flush` has made files and directories durable.
 *
 * All of them are written before the first is synced, and all are synced before the first gets its name: a file system
 * with a journal then puts them into it together. A file that has its name is whole and durable.
 *
 * While a crash is replayed, a file that is already there must hold the same bytes: everything after the
 * write-ahead file is a function of it, so a difference means that somebody changed one of the two.
 */
export class FileBatch {
  readonly #disk: Disk;
  readonly #root: string;
  readonly #replaying: boolean;
  readonly #jobs: Job[] = [];
  readonly #directories = new Set<string>();

  constructor(disk: Disk, root: string, replaying: boolean) {
    this.#disk = disk;
    this.#root = root;
    this.#replaying = replaying;
  }

  /** A file that is written once and never changes. */
  add(path: string, parts: readonly Buffer[]): void {
    const target = join(this.#root, path);
    this.#take({ path: target, written: temporaryPath(target), parts, position: 0 });
  }

  /** More bytes at the end of a growing file; `position` is what it holds by the state, whatever a crash left behind it. */
  extend(path: string, position: number, parts: readonly Buffer[]): void {
    const target = join(this.#root, path);
    this.#take({ path: target, written: target, parts, position });
  }

  async flush(knownDirectories: Set<string>): Promise<void> {
    for (const directory of this.#directories) {
      if (knownDirectories.has(directory)) continue;
      await this.#disk.makeDirectory(directory);
      knownDirectories.add(directory);
    }
    const jobs = this.#replaying ? await this.#withoutPresent() : this.#jobs;
    for (let at = 0; at < jobs.length; at += WAVE) await this.#write(jobs.slice(at, at + WAVE));
    await inParallel([...this.#directories], (directory) => this.#disk.syncDirectory(directory));
  }

  #take(job: Job): void {
    this.#directories.add(dirname(job.path));
    this.#jobs.push(job);
  }

  async #write(jobs: readonly Job[]): Promise<void> {
    const opened = new Map<Job, number>();
    try {
      await inParallel(jobs, (job) => this.#fill(job, opened));
      await inParallel([...opened.values()], (descriptor) => this.#disk.sync(descriptor));
    } finally {
      for (const descriptor of opened.values()) this.#disk.closeDescriptor(descriptor);
    }
    await inParallel([...opened.keys()], async ({ path, written }) => {
      if (written !== path) await this.#disk.rename(written, path);
    });
  }

  /** The jobs that a stop left to be done. */
  async #withoutPresent(): Promise<Job[]> {
    const present = new Set<string>();
    for (const directory of this.#directories)
      for (const name of await this.#disk.list(directory)) present.add(join(directory, name));
    const left: Job[] = [];
    for (const job of this.#jobs) {
      const isWhole = job.written !== job.path && present.has(job.path);
      if (isWhole) await this.#compare(job);
      else left.push(job);
    }
    return left;
  }

  async #compare({ path, parts }: Job): Promise<void> {
    const present = await this.#disk.read(path);
    if (!present?.equals(Buffer.concat(parts))) throw contradiction(path);
  }

  async #fill(job: Job, opened: Map<Job, number>): Promise<void> {
    const { written, parts, position } = job;
    if (this.#replaying && position > 0) await this.#truncate(written, position);
    const descriptor = await this.#disk.openDescriptor(written, position === 0 ? "w" : "r+");
    opened.set(job, descriptor);
    await this.#disk.write(descriptor, parts, position);
  }

  /** What a crash left behind the bytes that count is not theirs. */
  async #truncate(path: string, position: number): Promise<void> {
    const file = await this.#disk.open(path, "r+");
    try {
      await file.truncate(position);
    } finally {
      await file.close();
    }
  }
}

/** Works on a few items at a time. After a failure nothing is begun any more, and nothing is under way when it is told. */
async function inParallel<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const left = items[Symbol.iterator]();
  let hasFailed = false;
  const workOff = async () => {
    for (const item of left) {
      if (hasFailed) return;
      try {
        await work(item);
      } catch (error) {
        hasFailed = true;
        throw error;
      }
    }
  };
  const workers = Array.from({ length: Math.min(PARALLEL, items.length) }, workOff);
  for (const result of await Promise.allSettled(workers))
    if (result.status === "rejected") throw result.reason;
}

function contradiction(path: string): LedgerError {
  return new LedgerError(
    "STATE_DAMAGED",
    `${path} differs from what the write-ahead file says it must hold: run verify, and restore it from a copy`,
  );
}

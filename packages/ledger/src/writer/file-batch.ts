import { dirname, join } from "node:path";
import { LedgerError } from "../error.ts";
import type { Disk } from "../store/disk.ts";

/** How many files are written at once: the kernel joins their journal commits, and one of Node's four threads stays free for the write-ahead file. */
const PARALLEL = 3;

/**
 * Writes the files of one integration. Nothing counts until `flush` has made files and directories durable.
 *
 * While a crash is replayed, a file that is already there must hold the same bytes: everything after the
 * write-ahead file is a function of it, so a difference means that somebody changed one of the two.
 */
export class FileBatch {
  readonly #disk: Disk;
  readonly #root: string;
  readonly #replaying: boolean;
  readonly #jobs: (() => Promise<void>)[] = [];
  readonly #directories = new Set<string>();

  constructor(disk: Disk, root: string, replaying: boolean) {
    this.#disk = disk;
    this.#root = root;
    this.#replaying = replaying;
  }

  /** A file that is written once and never changes. */
  add(path: string, bytes: Buffer): void {
    const target = join(this.#root, path);
    this.#directories.add(dirname(target));
    this.#jobs.push(async () => {
      if (this.#replaying) {
        const present = await this.#disk.read(target);
        if (present?.equals(bytes)) return;
        if (present !== undefined) throw contradiction(target);
      }
      await this.#disk.replace(target, bytes);
    });
  }

  /** More bytes at the end of a growing file; `position` is what it holds by the state, whatever a crash left behind it. */
  extend(path: string, position: number, parts: readonly Buffer[]): void {
    const target = join(this.#root, path);
    this.#directories.add(dirname(target));
    this.#jobs.push(async () => {
      const file = await this.#disk.open(target, position === 0 ? "w" : "r+");
      try {
        if (this.#replaying) await file.truncate(position);
        this.#disk.writeSync(
          file.fd,
          parts.length === 1 ? (parts[0] as Buffer) : Buffer.concat(parts),
          position,
        );
        await this.#disk.sync(file.fd);
      } finally {
        await file.close();
      }
    });
  }

  async flush(knownDirectories: Set<string>): Promise<void> {
    for (const directory of this.#directories) {
      if (knownDirectories.has(directory)) continue;
      await this.#disk.makeDirectory(directory);
      knownDirectories.add(directory);
    }
    await this.#writeAll();
    await settleAll([...this.#directories].map((directory) => this.#disk.syncDirectory(directory)));
  }

  async #writeAll(): Promise<void> {
    const jobs = this.#jobs[Symbol.iterator]();
    let hasFailed = false;
    const work = async () => {
      for (const job of jobs) {
        if (hasFailed) return;
        try {
          await job();
        } catch (error) {
          hasFailed = true;
          throw error;
        }
      }
    };
    await settleAll(Array.from({ length: Math.min(PARALLEL, this.#jobs.length) }, work));
  }
}

/** Like `Promise.all`, but after a failure nothing is still being written when it is told. */
async function settleAll(work: readonly Promise<void>[]): Promise<void> {
  for (const result of await Promise.allSettled(work)) if (result.status === "rejected") throw result.reason;
}

function contradiction(path: string): LedgerError {
  return new LedgerError(
    "STATE_DAMAGED",
    `${path} differs from what the write-ahead file says it must hold: run verify, and restore it from a copy`,
  );
}

import { statfs } from "node:fs/promises";
import type { RecordDraft } from "@custody/domain";
import { CliError } from "../error.ts";
import { diskRecord } from "./disk-record.ts";
import { type Threshold, thresholdBytes } from "./threshold.ts";

export interface DiskLimits {
  readonly warnBelow: Threshold;
  readonly stopBelow: Threshold;
}

export interface DiskSpace {
  readonly freeBytes: number;
  readonly totalBytes: number;
}

export type DiskState = "ok" | "low" | "stopped";

export interface DiskGuardOptions {
  readonly directory: string;
  readonly limits: DiskLimits;
  readonly newId: () => string;
  readonly nowUs: () => number;
  readonly record: (draft: RecordDraft) => Promise<unknown>;
  readonly warn: (text: string) => void;
  /** Default: what the operating system says about the directory's file system. */
  readonly readSpace?: (directory: string) => Promise<DiskSpace>;
}

/** One system call each time; a disk that fills up at 100 MB/s has then 1 GB left in which it is noticed. */
const INTERVAL_MS = 10_000;

/** A state is left only this far beyond its limit, so that a disk at the limit does not write a record each time. */
const BEYOND = 1.05;

/**
 * Watches how much room the data directory has. Below the lower limit nothing is forwarded any more, while there is
 * still room for the records of what is running and of this refusal itself. Unlike a disk that is full, which the
 * ledger meets in the middle of a write and does not forgive, this is lifted as soon as there is room again.
 */
export class DiskGuard {
  readonly #options: DiskGuardOptions;
  #limits: DiskLimits;
  #state: DiskState = "ok";
  #refusal: CliError | undefined;
  #timer: NodeJS.Timeout | undefined;
  #hasFailed = false;

  constructor(options: DiskGuardOptions) {
    this.#options = options;
    this.#limits = options.limits;
  }

  get state(): DiskState {
    return this.#state;
  }

  /** Why nothing may be forwarded; undefined while there is room. */
  get refusal(): CliError | undefined {
    return this.#refusal;
  }

  /** Looks now, and again and again. */
  async start(): Promise<void> {
    await this.check();
    this.#timer = setInterval(() => void this.check(), INTERVAL_MS).unref();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  async useLimits(limits: DiskLimits): Promise<void> {
    this.#limits = limits;
    await this.check();
  }

  /** Never fails: what cannot be read is told once, and the ledger itself refuses when a write fails. */
  async check(): Promise<void> {
    const { directory, readSpace = spaceOf, warn } = this.#options;
    try {
      await this.#enter(await readSpace(directory));
      this.#hasFailed = false;
    } catch (error) {
      if (!this.#hasFailed) warn(`the free space of ${directory} is not known: ${(error as Error).message}`);
      this.#hasFailed = true;
    }
  }

  async #enter(space: DiskSpace): Promise<void> {
    const state = this.#stateOf(space);
    const before = this.#state;
    if (state === before) return;
    this.#state = state;
    const { directory, newId, nowUs, record, warn } = this.#options;
    const free = `${Math.floor(space.freeBytes / 1024 ** 2)} MiB`;
    this.#refusal =
      state === "stopped"
        ? new CliError(
            "DISK_STOPPED",
            `only ${free} are free for ${directory}`,
            "make space; it goes on by itself",
          )
        : undefined;
    if (state === "stopped")
      warn(`only ${free} are free for ${directory}: NOTHING IS FORWARDED until there is more`);
    else if (state === "low") warn(`only ${free} are free for ${directory}`);
    else warn(`${free} are free for ${directory} again`);
    const limits = { stopBytes: this.#bytes("stopBelow", space), warnBytes: this.#bytes("warnBelow", space) };
    await record(diskRecord({ ...space, ...limits, before, directory, state }, newId(), nowUs())).catch(
      () => {},
    );
  }

  #stateOf(space: DiskSpace): DiskState {
    const { freeBytes } = space;
    const stop = this.#bytes("stopBelow", space) * (this.#state === "stopped" ? BEYOND : 1);
    if (freeBytes < stop) return "stopped";
    const warn = this.#bytes("warnBelow", space) * (this.#state === "ok" ? 1 : BEYOND);
    return freeBytes < warn ? "low" : "ok";
  }

  #bytes(name: keyof DiskLimits, { totalBytes }: DiskSpace): number {
    return Math.floor(thresholdBytes(this.#limits[name], totalBytes));
  }
}

/** What a process without privileges may still write. */
export async function spaceOf(directory: string): Promise<DiskSpace> {
  const { bavail, blocks, bsize } = await statfs(directory);
  return { freeBytes: bavail * bsize, totalBytes: blocks * bsize };
}

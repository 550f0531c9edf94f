import type { CommitLoop } from "./commit-loop.ts";
import type { Integrator } from "./integrator.ts";
import { Waiters } from "./waiters.ts";
import type { WalWriter } from "./wal-writer.ts";

export interface PublisherOptions {
  readonly intervalMs: number;
  /** How many pending bytes start an integration before the next checkpoint is due. */
  readonly integrateBytes: number;
  /** Milliseconds of a clock that never steps back. */
  readonly monotonic: () => number;
}

/**
 * Decides when durable commits are integrated and when a checkpoint is published: at most one in `intervalMs`, and
 * none when nothing has changed. Integrations never overlap.
 */
export class Publisher {
  readonly #loop: CommitLoop;
  readonly #integrator: Integrator;
  readonly #wal: WalWriter;
  readonly #options: PublisherOptions;
  readonly #waiters = new Waiters();
  #running: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;
  #publishedSize: number;
  #publishedAt = Number.NEGATIVE_INFINITY;
  #isFinishing = false;
  #note = "";

  constructor(loop: CommitLoop, integrator: Integrator, wal: WalWriter, options: PublisherOptions) {
    this.#loop = loop;
    this.#integrator = integrator;
    this.#wal = wal;
    this.#options = options;
    this.#publishedSize = integrator.state.size;
  }

  /** Something became durable, or nothing ever will again. */
  wake(): void {
    if (this.#running || this.#isFinishing) return;
    if (this.#loop.failure) {
      this.#stop(this.#loop.failure);
      return;
    }
    const waitMs = this.#publishedAt + this.#options.intervalMs - this.#options.monotonic();
    if (waitMs <= 0 || this.#loop.pendingBytes >= this.#options.integrateBytes) this.#start(waitMs <= 0);
    else this.#timer ??= setTimeout(() => this.#onTimer(), waitMs);
  }

  /** The newest checkpoint once it covers `size` entries, which must be durable. */
  async covering(size: number): Promise<string> {
    if (this.#publishedSize < size || this.#note === "") {
      const reached = this.#waiters.wait(size, undefined);
      this.wake();
      await reached;
    }
    return this.#note;
  }

  /** Integrates and publishes whatever is durable, now, for a clean stop. */
  async finish(): Promise<void> {
    this.#isFinishing = true;
    clearTimeout(this.#timer);
    await this.#running;
    if (this.#loop.failure) throw this.#loop.failure;
    await this.#run(true);
  }

  /** Resolves when no integration is under way. After a failure none begins any more. */
  async idle(): Promise<void> {
    this.#isFinishing = true;
    await this.#running;
    if (this.#loop.failure) this.#stop(this.#loop.failure);
  }

  #stop(error: unknown): void {
    clearTimeout(this.#timer);
    this.#waiters.fail(error);
  }

  #onTimer(): void {
    this.#timer = undefined;
    this.wake();
  }

  #start(isDue: boolean): void {
    this.#running = this.#run(isDue)
      .catch((error) => this.#loop.fail(error, "integrating the write-ahead file"))
      .then(() => {
        this.#running = undefined;
        if (this.#loop.failure || this.#publishedSize < this.#loop.durableSize) this.wake();
      });
  }

  async #run(isDue: boolean): Promise<void> {
    // Only what is published needs files for bundles and tiles that are not full, each in a directory of its own.
    const commits = this.#loop.takeDurable({ wholeBundles: !isDue });
    await this.#integrator.integrate(commits);
    this.#loop.integrated(commits);
    const { size, wal } = this.#integrator.state;
    await this.#wal.free(wal);
    if (!isDue || (size === this.#publishedSize && this.#note !== "")) return;
    this.#note = await this.#integrator.publish();
    this.#publishedAt = this.#options.monotonic();
    this.#publishedSize = size;
    this.#waiters.reached(size);
  }
}

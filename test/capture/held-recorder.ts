import type { RecordDraft, Safety } from "@custody/domain";
import { MemoryRecorder } from "./proxied-database.ts";

const rank: Readonly<Record<Safety, number>> = { queued: 0, written: 1, durable: 2 };

/** A recorder whose disk can be stopped: what must be as safe as `hold`, or safer, waits for `release`. */
export class HeldRecorder extends MemoryRecorder {
  hold: Exclude<Safety, "queued"> | undefined;
  #held: (() => void)[] = [];
  #noticed: (() => void)[] = [];

  override async record(drafts: readonly RecordDraft[], safety: Safety): Promise<void> {
    await super.record(drafts, safety);
    await this.#wait(safety);
  }

  override async settle(safety: "written" | "durable"): Promise<void> {
    await super.settle(safety);
    await this.#wait(safety);
  }

  get isHolding(): boolean {
    return this.#held.length > 0;
  }

  /** Resolves as soon as somebody waits. */
  async held(): Promise<void> {
    if (this.isHolding) return;
    await new Promise<void>((resolve) => {
      this.#noticed.push(resolve);
    });
  }

  release(): void {
    this.hold = undefined;
    for (const go of this.#held.splice(0)) go();
  }

  async #wait(safety: Safety): Promise<void> {
    if (this.hold === undefined || rank[safety] < rank[this.hold]) return;
    await new Promise<void>((resolve) => {
      this.#held.push(resolve);
      for (const notice of this.#noticed.splice(0)) notice();
    });
  }
}

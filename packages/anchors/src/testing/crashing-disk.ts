import type { WitnessDisk } from "../own-witness/witness-store.ts";

/** What stops the one who uses the disk: `crash` before a step, `failed` instead of it, `persisted` although it was done. */
export type Fault = "crash" | "failed" | "persisted";

/**
 * Files in memory of which some would be gone after a power cut: names that were given since their directory was synced.
 * A file's bytes are never torn, since `replace` syncs them before it gives the name.
 */
export class CrashingDisk implements WitnessDisk {
  #now: Map<string, Buffer>;
  #durable: Map<string, Buffer>;
  #pending: { readonly path: string; readonly bytes: Buffer }[] = [];
  #fault: { readonly kind: Fault; steps: number } | undefined;
  #isDead = false;

  constructor() {
    this.#now = new Map();
    this.#durable = new Map();
  }

  /** The fault happens at the step of this number from now, 0 being the next. */
  plan(kind: Fault, steps: number): void {
    this.#fault = { kind, steps };
  }

  /** The process ended, by a fault or by a kill: the next one finds what the system had. */
  restart(): void {
    this.#fault = undefined;
    this.#isDead = false;
  }

  /** The power went: of what was not synced, whatever `survives` says is there. */
  cutPower(survives: () => boolean): void {
    for (const { path, bytes } of this.#pending) if (survives()) this.#durable.set(path, bytes);
    this.#now = new Map(this.#durable);
    this.#pending = [];
    this.restart();
  }

  async replace(path: string, bytes: Uint8Array): Promise<void> {
    await this.#step(() => {
      this.#now.set(path, Buffer.from(bytes));
      this.#pending.push({ bytes: Buffer.from(bytes), path });
    });
  }

  async syncDirectory(directory: string): Promise<void> {
    await this.#step(() => {
      for (const { path, bytes } of this.#pending)
        if (path.startsWith(`${directory}/`)) this.#durable.set(path, bytes);
      this.#pending = this.#pending.filter(({ path }) => !path.startsWith(`${directory}/`));
    });
  }

  async read(path: string): Promise<Buffer | undefined> {
    return this.#now.get(path);
  }

  async list(directory: string): Promise<string[]> {
    return [...this.#now.keys()]
      .filter((path) => path.startsWith(`${directory}/`))
      .map((path) => path.slice(directory.length + 1));
  }

  async makeDirectory(): Promise<void> {}

  async #step(act: () => void): Promise<void> {
    // Others get their turn between any two steps, as they would with a real disk.
    await new Promise((resolve) => setImmediate(resolve));
    if (this.#isDead) throw new Error("the process has ended");
    const kind = this.#fault !== undefined && this.#fault.steps-- === 0 ? this.#fault.kind : undefined;
    if (kind === undefined || kind === "persisted") act();
    this.#isDead ||= kind === "crash";
    if (kind !== undefined) throw new Error(`the disk ${kind}`);
  }
}

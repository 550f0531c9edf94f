import { randomUUID } from "node:crypto";
import { ClientError } from "./error.ts";
import { MemoryQueue } from "./sending/memory-queue.ts";
import { Sender, type SenderOptions } from "./sending/sender.ts";
import { isGone, ownOwner } from "./spool/owner.ts";
import { basePath, listSpool } from "./spool/spool-files.ts";
import { SpoolReader } from "./spool/spool-reader.ts";
import { SpoolWriter } from "./spool/spool-writer.ts";

/** How often it is looked for what others left in the folder when they ended. */
const ADOPT_INTERVAL_MS = 60_000;

/** Of this process, so that a logger does not send what another one here still writes. */
const living = new Set<string>();

export interface OutletOptions extends Omit<SenderOptions, "onTaken"> {
  readonly spool: string | undefined;
  readonly waitingBytesMax: number;
}

/** Where the events of a logger and its children go: into memory or a spool, and from there to the server. */
export class EventOutlet {
  readonly #options: OutletOptions;
  readonly #instance = randomUUID();
  readonly #sender: Sender;
  readonly #memory: MemoryQueue | undefined;
  readonly #spool:
    | { readonly folder: string; readonly reader: SpoolReader; readonly writer: SpoolWriter }
    | undefined;
  readonly #adopting: NodeJS.Timeout | undefined;
  #waitingLength = 0;
  #lengths: number[] = [];
  #waiters: (() => void)[] = [];
  #isClosed = false;

  constructor(options: OutletOptions) {
    this.#options = options;
    this.#sender = new Sender({ ...options, onTaken: () => this.#tellWaiters() });
    living.add(this.#instance);
    if (options.spool === undefined) {
      this.#memory = new MemoryQueue(this.#instance, options.waitingBytesMax);
      this.#sender.add(this.#memory);
    } else {
      this.#spool = this.#openSpool(options.spool);
      this.#adopt();
      this.#adopting = setInterval(() => this.#adopt(), ADOPT_INTERVAL_MS).unref();
    }
  }

  get hasRoom(): boolean {
    return this.#memory?.hasRoom ?? this.#waitingLength < this.#options.waitingBytesMax;
  }

  /** Nothing waits, of this logger or of what others have left. */
  get isEmpty(): boolean {
    return (this.#memory?.isEmpty ?? this.#waitingLength === 0) && this.#sender.queueCount === 1;
  }

  /** Resolves once it is safe: in the spool, on the disk; without a spool, at the server. @throws ClientError */
  append(json: string): Promise<void> {
    if (this.#isClosed) throw new ClientError("LOGGER_CLOSED", "the logger is closed");
    const safe = this.#memory?.append(json) ?? this.#appendToSpool(json);
    this.#sender.wake();
    return safe;
  }

  /** Resolves when `isMet` says so, which is asked again whenever the server has taken some; or when this is closed. */
  async until(isMet: () => boolean): Promise<void> {
    // Whoever waits for it wants the process to live until then; what only sends does not keep it.
    const alive = setInterval(() => {}, ADOPT_INTERVAL_MS);
    while (!isMet() && !this.#isClosed) await new Promise<void>((resolve) => this.#waiters.push(resolve));
    clearInterval(alive);
  }

  hurry(): void {
    this.#sender.hurry();
  }

  /** Sends no more. What waits in the spool stays for the next process. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#tellWaiters();
    clearInterval(this.#adopting);
    const spool = this.#spool;
    if (spool !== undefined) await spool.writer.close();
    spool?.reader.endWriting();
    await this.#sender.close();
    // Takes the file away when nothing in it waits.
    spool?.reader.peek(1);
    living.delete(this.#instance);
  }

  #openSpool(folder: string) {
    try {
      listSpool(folder);
    } catch (cause) {
      throw new ClientError(
        "SPOOL_FAILED",
        `the spool ${folder} cannot be used: ${(cause as Error).message}`,
        { cause },
      );
    }
    const owner = ownOwner();
    const instance = this.#instance;
    const reader = new SpoolReader({
      base: basePath(folder, instance, owner),
      instance,
      isWritten: true,
      segments: [],
    });
    const writer = new SpoolWriter({ folder, instance, onSegment: (path) => reader.addSegment(path), owner });
    this.#sender.add({
      acknowledge: (sequence) => {
        reader.acknowledge(sequence);
        this.#forget(sequence);
      },
      get base() {
        return reader.base;
      },
      instance,
      get isEnded() {
        return reader.isEnded;
      },
      peek: (lengthMax) => reader.peek(lengthMax),
      restart: (sequence) => reader.restart(sequence),
      rewind: (sequence) => reader.rewind(sequence),
    });
    return { folder, reader, writer };
  }

  #appendToSpool(json: string): Promise<void> {
    if (!this.hasRoom)
      throw new ClientError(
        "QUEUE_FULL",
        "the spool has as much as it may; await logger.ready(), or see why nothing is sent",
      );
    const safe = (this.#spool as { writer: SpoolWriter }).writer.append(json);
    this.#waitingLength += json.length;
    this.#lengths.push(json.length);
    return safe;
  }

  #forgotten = 0;

  /** Up to this number the server has all. */
  #forget(sequence: number): void {
    const count = Math.max(0, sequence + 1 - this.#forgotten);
    for (const length of this.#lengths.splice(0, count)) this.#waitingLength -= length;
    this.#forgotten += count;
  }

  /** Sends what others left: of processes that are gone, and of loggers of this one that are closed. */
  #adopt(): void {
    const folder = (this.#spool as { folder: string }).folder;
    const own = ownOwner();
    try {
      for (const { instance, owner, segments } of listSpool(folder)) {
        const isLeft = owner === own ? !living.has(instance) : isGone(owner);
        if (!isLeft || this.#sender.has(instance)) continue;
        this.#sender.add(
          new SpoolReader({ base: basePath(folder, instance, owner), instance, isWritten: false, segments }),
        );
      }
    } catch (cause) {
      this.#options.onError(
        new ClientError("SPOOL_FAILED", `the spool ${folder} cannot be read: ${(cause as Error).message}`, {
          cause,
        }),
      );
    }
  }

  #tellWaiters(): void {
    for (const resolve of this.#waiters.splice(0)) resolve();
  }
}

import type { Duplex } from "node:stream";
import type { RecordDraft, Recorder, Safety } from "@custody/domain";

/** Answers that wait for their records may pile up to this size before the server is made to wait. */
const WAITING_BYTES_MAX = 1024 * 1024;

/**
 * Sends answers on to the client, in order, and none before the records that must precede it are in the log file
 * (promise 2 of the design). It is also the recorder of its connection, to know what is still only queued.
 */
export class Relay implements Recorder {
  readonly #client: Duplex;
  readonly #server: Duplex;
  readonly #recorder: Recorder;
  readonly #safety: "written" | "durable";
  readonly #onFailure: (error: unknown) => void;
  #isQueued = false;
  #waiting: Promise<void> | undefined;
  #waitingBytes = 0;
  #isDraining = false;
  #hasFailed = false;
  #isDiscarding = false;

  constructor(
    client: Duplex,
    server: Duplex,
    recorder: Recorder,
    safety: "written" | "durable",
    onFailure: (error: unknown) => void,
  ) {
    this.#client = client;
    this.#server = server;
    this.#recorder = recorder;
    this.#safety = safety;
    this.#onFailure = onFailure;
  }

  record(drafts: readonly RecordDraft[], safety: Safety): Promise<void> | undefined {
    if (safety === "queued") this.#isQueued = true;
    return this.#recorder.record(drafts, safety);
  }

  settle(safety: "written" | "durable"): Promise<void> {
    return this.#recorder.settle(safety);
  }

  /** Sends `parts` once `drafts`, and everything recorded before, are safe. */
  send(parts: readonly Buffer[], drafts: readonly RecordDraft[]): void {
    if (drafts.length === 0 && !this.#isQueued && this.#waiting === undefined) {
      this.#write(parts);
      return;
    }
    const safe = this.#secure(drafts);
    let bytes = 0;
    for (const part of parts) bytes += part.length;
    this.#waitingBytes += bytes;
    if (this.#waitingBytes > WAITING_BYTES_MAX) this.#server.pause();
    const arrived = (): void => {
      this.#waitingBytes -= bytes;
      if (this.#waiting === mine) this.#waiting = undefined;
      this.#resumeServer();
    };
    const mine: Promise<void> = this.#inLine(safe).then(
      () => {
        this.#write(parts);
        arrived();
      },
      (error) => {
        this.#fail(error);
        arrived();
      },
    );
    this.#waiting = mine;
  }

  /** Behind whatever waits already. */
  #inLine(safe: Promise<void> | undefined): Promise<void> {
    const previous = this.#waiting;
    if (previous === undefined) return safe ?? Promise.resolve();
    // Whoever waits in line sees the failure; until its turn it must not count as unhandled.
    safe?.catch(() => {});
    return previous.then(() => safe);
  }

  get isIdle(): boolean {
    return this.#waiting === undefined;
  }

  /** Once a record is missing, nothing more goes on to the client. */
  #fail(error: unknown): void {
    if (this.#hasFailed) return;
    this.#hasFailed = true;
    this.#onFailure(error);
  }

  /** Resolves when nothing waits any more. */
  async idle(): Promise<void> {
    while (this.#waiting) await this.#waiting;
  }

  /** Records keep their order, so writing the newest writes all before it. */
  #secure(drafts: readonly RecordDraft[]): Promise<void> | undefined {
    const wasQueued = this.#isQueued;
    this.#isQueued = false;
    if (drafts.length > 0) return this.#recorder.record(drafts, this.#safety);
    return wasQueued ? this.#recorder.settle(this.#safety) : undefined;
  }

  #write(parts: readonly Buffer[]): void {
    if (this.#isDiscarding || this.#hasFailed || this.#client.destroyed) {
      this.#resumeServer();
      return;
    }
    let hasRoom = true;
    for (const part of parts) hasRoom = this.#client.write(part);
    if (hasRoom || this.#isDraining) return;
    this.#isDraining = true;
    this.#server.pause();
    this.#client.once("drain", () => {
      this.#isDraining = false;
      this.#resumeServer();
    });
  }

  /** Lets the server go on, unless the client or the records are behind. A client that is gone is never behind. */
  #resumeServer(): void {
    const isHeldUp = this.#isDraining && !this.#isDiscarding && !this.#client.destroyed;
    if (this.#server.isPaused() && !isHeldUp && this.#waitingBytes <= WAITING_BYTES_MAX)
      this.#server.resume();
  }

  /** The client is gone: what the server still says is read for its outcome only. */
  discard(): void {
    this.#isDiscarding = true;
    this.#resumeServer();
  }
}

import { setTimeout as sleep } from "node:timers/promises";
import type { Piece } from "@custody/capture/terminal";
import type { Posted } from "./run-channel.ts";

/** What waits for Custody, at the most. Beyond it, what the terminal shows is thrown away, and the recording says so. */
const WAITING_BYTES_MAX: number = 16 * 1024 * 1024;

/** Then there is room again: one long gap tells more than many short ones. */
const ROOM_BYTES: number = 8 * 1024 * 1024;

const PAUSE_MS = 250;

/** Gives pieces to Custody one after the other, and keeps them until they are taken. The terminal never waits for it. */
export class PieceQueue {
  readonly #post: (piece: Piece) => Promise<Posted>;
  readonly #pieces: Piece[] = [];
  #bytes = 0;
  #isFull = false;
  #isRefused = false;
  #isClosed = false;
  /** Set back in the same turn in which nothing was left: a piece that comes behind that begins anew. */
  #isSending = false;
  #sending: Promise<void> = Promise.resolve();

  constructor(post: (piece: Piece) => Promise<Posted>) {
    this.#post = post;
  }

  get isFull(): boolean {
    return this.#isFull;
  }

  /** Nothing waits, and nothing was refused. */
  get isComplete(): boolean {
    return this.#pieces.length === 0 && !this.#isRefused;
  }

  add(piece: Piece): void {
    if (this.#isRefused) return;
    this.#pieces.push(piece);
    this.#bytes += piece.recording.length;
    if (this.#bytes >= WAITING_BYTES_MAX) this.#isFull = true;
    if (!this.#isSending) this.#sending = this.#send();
  }

  /** Resolves when nothing waits any more, or when `close` was called. */
  async drained(): Promise<void> {
    while (this.#isSending) await this.#sending;
  }

  /** What still waits is given up. */
  close(): void {
    this.#isClosed = true;
  }

  async #send(): Promise<void> {
    this.#isSending = true;
    try {
      for (;;) {
        const [piece] = this.#pieces;
        if (piece === undefined || this.#isClosed) return;
        const posted = await this.#post(piece);
        if (posted === "gone") await sleep(PAUSE_MS);
        else if (posted === "refused") this.#refused();
        else this.#taken(piece);
      }
    } finally {
      this.#isSending = false;
    }
  }

  #taken(piece: Piece): void {
    this.#pieces.shift();
    this.#bytes -= piece.recording.length;
    if (this.#bytes <= ROOM_BYTES) this.#isFull = false;
  }

  #refused(): void {
    this.#isRefused = true;
    this.#pieces.length = 0;
    this.#bytes = 0;
    this.#isFull = false;
  }
}

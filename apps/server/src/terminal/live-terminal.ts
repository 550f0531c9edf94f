import type { ServerResponse } from "node:http";
import { ShownScreen } from "./shown-screen.ts";
import type { StoredPiece } from "./stored-pieces.ts";

/** What may wait for a viewer. Beyond it they get a snapshot once they read again. */
const WAITING_BYTES_MAX: number = 2 * 1024 * 1024;

/** Pieces that wait for the screen. Beyond it nothing is kept for it, and it is made anew from the ledger. */
const PENDING_MAX = 32;

export interface TerminalViewer {
  readonly response: ServerResponse;
  readonly mayGoOn: () => boolean;
  readonly openedMs: number;
  /** Has not had the screen yet, or so much waits that it gets another one. */
  isBehind: boolean;
}

/** The terminal of one session while somebody watches it: one screen for all viewers, who may come at any time. */
export class LiveTerminal {
  readonly #load: (screen: ShownScreen) => Promise<void>;
  readonly viewers: Set<TerminalViewer> = new Set<TerminalViewer>();
  #screen = new ShownScreen();
  #pending = 0;
  #isLost = false;
  /** What is shown is shown one after the other; what was on record before comes first. */
  #showing: Promise<void>;

  /** `load` shows what was recorded before. */
  constructor(load: (screen: ShownScreen) => Promise<void>) {
    this.#load = load;
    this.#showing = load(this.#screen);
  }

  /** Begins with what is on the screen, and goes on with pieces. */
  async join(viewer: TerminalViewer): Promise<void> {
    this.viewers.add(viewer);
    viewer.response.on("drain", () => {
      if (viewer.isBehind) void this.#catchUp(viewer).catch(() => viewer.response.destroy());
    });
    await this.#catchUp(viewer);
  }

  take(piece: StoredPiece): void {
    if (this.#pending >= PENDING_MAX) this.#isLost = true;
    if (this.#isLost) return this.#behindAll();
    this.#pending += 1;
    this.#showing = this.#showing.then(async () => {
      await this.#screen.show(piece).catch(() => {});
      this.#pending -= 1;
      this.#tell(piece);
    });
    this.#showing.catch(() => this.#behindAll());
  }

  dispose(): void {
    this.#screen.dispose();
  }

  async #catchUp(viewer: TerminalViewer): Promise<void> {
    if (this.#isLost) this.#reload();
    await this.#showing;
    if (!viewer.isBehind) return;
    viewer.isBehind = false;
    write(viewer.response, "snapshot", this.#screen.snapshot());
  }

  #reload(): void {
    this.#isLost = false;
    this.#pending = 0;
    this.#screen.dispose();
    this.#screen = new ShownScreen();
    this.#showing = this.#load(this.#screen);
  }

  #behindAll(): void {
    for (const viewer of this.viewers) {
      viewer.isBehind = true;
      if (viewer.response.writableLength === 0)
        void this.#catchUp(viewer).catch(() => viewer.response.destroy());
    }
  }

  #tell({ fromUs, piece, recording }: StoredPiece): void {
    for (const viewer of this.viewers) {
      if (viewer.isBehind) continue;
      write(viewer.response, "piece", { fromUs, piece, recording });
      if (viewer.response.writableLength > WAITING_BYTES_MAX) viewer.isBehind = true;
    }
  }
}

function write(response: ServerResponse, event: string, data: object): void {
  response.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
}

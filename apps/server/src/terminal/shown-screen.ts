import { eventsOf } from "@custody/capture/terminal";
import serialize from "@xterm/addon-serialize";
import headless from "@xterm/headless";
import type { StoredPiece } from "./stored-pieces.ts";

/** What somebody who comes late can scroll back, in lines. */
const SCROLLBACK_LINES = 1000;

/** A screen larger than any there is would take memory that nobody looks at. */
const CELLS_MAX = 1000;

/** What a terminal shows, and the sequences that make another one show the same. */
export interface ScreenSnapshot {
  readonly columns: number;
  readonly rows: number;
  readonly text: string;
  /** The next piece that is not in it. */
  readonly nextPiece: number;
}

/** A terminal without a window that plays what was recorded. */
export class ShownScreen {
  readonly #terminal: InstanceType<typeof headless.Terminal>;
  readonly #serializer = new serialize.SerializeAddon();
  #nextPiece = 0;

  constructor() {
    this.#terminal = new headless.Terminal({ allowProposedApi: true, scrollback: SCROLLBACK_LINES });
    // The types are of the terminal with a window; what it uses, both have.
    this.#terminal.loadAddon(this.#serializer as never);
  }

  get nextPiece(): number {
    return this.#nextPiece;
  }

  /** Pieces that were shown already do nothing. Resolves once it is on the screen. */
  async show(piece: StoredPiece): Promise<void> {
    if (piece.piece < this.#nextPiece) return;
    this.#nextPiece = piece.piece + 1;
    this.#resize(piece.columns, piece.rows);
    for (const { code, data } of eventsOf(piece)) {
      if (code === "r") {
        const [columns = 0, rows = 0] = data.split("x").map(Number);
        this.#resize(columns, rows);
      } else if (code === "o") await new Promise<void>((resolve) => this.#terminal.write(data, resolve));
    }
  }

  snapshot(): ScreenSnapshot {
    const { cols: columns, rows } = this.#terminal;
    return { columns, nextPiece: this.#nextPiece, rows, text: this.#serializer.serialize() };
  }

  dispose(): void {
    this.#terminal.dispose();
  }

  #resize(columns: number, rows: number): void {
    const isSize = (cells: number) => Number.isInteger(cells) && cells > 0 && cells <= CELLS_MAX;
    if (isSize(columns) && isSize(rows)) this.#terminal.resize(columns, rows);
  }
}

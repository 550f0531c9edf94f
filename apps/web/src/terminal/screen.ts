import { Terminal } from "@xterm/headless";
import type { CastEvent } from "./cast.ts";
import { type Look, lookOf } from "./look.ts";

/** A screen larger than any there is would take memory that nobody looks at. */
const CELLS_MAX = 500;

/** Characters of one look that stand beside each other. */
interface ScreenRun {
  readonly text: string;
  readonly look: Look;
}

export interface ShownScreen {
  readonly columns: number;
  readonly rows: number;
  readonly lines: readonly (readonly ScreenRun[])[];
}

/**
 * A terminal without a window. It works out what stands where, and does nothing else: what a program sends to set a title, open a
 * link, reach the clipboard or have itself answered goes nowhere, because nobody listens for it.
 */
export class Screen {
  readonly #terminal: Terminal;

  constructor(columns: number, rows: number) {
    const isSize = isCells(columns) && isCells(rows);
    const size = isSize ? { cols: columns, rows } : {};
    this.#terminal = new Terminal({ ...size, allowProposedApi: true, scrollback: 0 });
  }

  /** Resolves once all of them are on the screen. */
  async show(events: readonly Pick<CastEvent, "code" | "data">[]): Promise<void> {
    let output = "";
    for (const { code, data } of events) {
      if (code === "o") output += data;
      else {
        await this.#write(output);
        output = "";
        this.#resize(data);
      }
    }
    await this.#write(output);
  }

  look(): ShownScreen {
    const { buffer, cols: columns, rows } = this.#terminal;
    const { active } = buffer;
    const lines = Array.from({ length: rows }, (_, at) => {
      const line = active.getLine(active.baseY + at);
      const runs: { text: string; look: Look }[] = [];
      let key = "";
      for (let column = 0; line !== undefined && column < columns; column += 1) {
        const cell = line.getCell(column);
        // The second half of a wide character has no text of its own.
        if (cell === undefined || cell.getWidth() === 0) continue;
        const look = lookOf(cell);
        const text = cell.isInvisible() === 0 && cell.getChars() !== "" ? cell.getChars() : " ";
        const run = runs.at(-1);
        if (run !== undefined && key === JSON.stringify(look)) run.text += text;
        else runs.push({ look, text });
        key = JSON.stringify(look);
      }
      return runs;
    });
    return { columns, lines, rows };
  }

  dispose(): void {
    this.#terminal.dispose();
  }

  #write(output: string): Promise<void> {
    return output === ""
      ? Promise.resolve()
      : new Promise((resolve) => this.#terminal.write(output, resolve));
  }

  #resize(size: string): void {
    const [columns = 0, rows = 0] = size.split("x").map(Number);
    if (isCells(columns) && isCells(rows)) this.#terminal.resize(columns, rows);
  }
}

function isCells(count: number): boolean {
  return Number.isInteger(count) && count > 0 && count <= CELLS_MAX;
}

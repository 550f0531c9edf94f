import type { ServerResponse } from "node:http";
import { HttpProblem } from "../http/http-problem.ts";
import type { RouteParts } from "../routes/parts.ts";
import { LiveTerminal, type TerminalViewer } from "./live-terminal.ts";
import type { ShownScreen } from "./shown-screen.ts";
import { pieceRows, type StoredPiece, storedPiece } from "./stored-pieces.ts";

const VIEWERS_MAX = 50;
const HEARTBEAT_MS = 15_000;

/** Then the viewer comes again, and shows a token that still holds. */
const LIFE_MS = 3_600_000;

/**
 * Of a recording, the screen is made from at most so many of the last pieces: 16 MiB where all of them are full. What an
 * older one has set, such as the other screen of an editor, is not seen then until the program sets it again.
 */
const PIECES_MAX = 64;

/** The terminals that are watched at the moment. One that nobody watches costs nothing. */
export class LiveTerminals {
  readonly #parts: Pick<RouteParts, "reader" | "records">;
  readonly #terminals = new Map<string, LiveTerminal>();
  readonly #heartbeat: NodeJS.Timeout;

  constructor(parts: Pick<RouteParts, "reader" | "records">) {
    this.#parts = parts;
    this.#heartbeat = setInterval(() => this.#beat(), HEARTBEAT_MS).unref();
  }

  /** @throws HttpProblem `too-many-streams` */
  checkRoom(): void {
    const count = [...this.#terminals.values()].reduce((sum, { viewers }) => sum + viewers.size, 0);
    if (count >= VIEWERS_MAX)
      throw new HttpProblem("too-many-streams", `${VIEWERS_MAX} terminals are watched already`);
  }

  async watch(session: string, response: ServerResponse, mayGoOn: () => boolean): Promise<void> {
    const found = this.#terminals.get(session);
    const terminal = found ?? new LiveTerminal((screen) => this.#load(session, screen));
    this.#terminals.set(session, terminal);
    const viewer: TerminalViewer = { isBehind: true, mayGoOn, openedMs: performance.now(), response };
    response.once("close", () => this.#leave(session, terminal, viewer));
    await terminal.join(viewer);
  }

  /** A piece is on record. */
  recorded(session: string, piece: StoredPiece): void {
    this.#terminals.get(session)?.take(piece);
  }

  /** Somebody may do something else now. */
  lookAgain(): void {
    for (const { viewers } of this.#terminals.values())
      for (const { mayGoOn, response } of viewers) if (!mayGoOn()) response.destroy();
  }

  close(): void {
    clearInterval(this.#heartbeat);
    for (const { viewers } of this.#terminals.values()) for (const { response } of viewers) response.end();
  }

  async #load(session: string, screen: ShownScreen): Promise<void> {
    await this.#parts.records.follow();
    const rows = pieceRows(this.#parts, session, PIECES_MAX).slice(0, PIECES_MAX).reverse();
    for (const { index } of rows) {
      const piece = await storedPiece(this.#parts, index);
      if (piece !== undefined) await screen.show(piece);
    }
  }

  #leave(session: string, terminal: LiveTerminal, viewer: TerminalViewer): void {
    terminal.viewers.delete(viewer);
    if (terminal.viewers.size > 0) return;
    if (this.#terminals.get(session) === terminal) this.#terminals.delete(session);
    terminal.dispose();
  }

  #beat(): void {
    this.lookAgain();
    const nowMs = performance.now();
    for (const { viewers } of this.#terminals.values())
      for (const { openedMs, response } of viewers)
        if (nowMs - openedMs > LIFE_MS) response.end();
        else if (response.writableLength === 0) response.write(": still here\n\n");
  }
}

import { setTimeout as sleep } from "node:timers/promises";
import { type IPty, spawn } from "@lydell/node-pty";
import { Terminal } from "@xterm/headless";
import { expect } from "vitest";
import { readToEnd } from "../../../apps/cli/src/agent-run/read-to-end.ts";

const custodyCommand = new URL("../../../apps/cli/bin/custody.mjs", import.meta.url).pathname;

export interface TerminalEnd {
  readonly exitCode: number;
  readonly signal: number | undefined;
}

/** A person at a terminal: what is typed, and what is seen. */
export class AgentTerminal {
  readonly #pty: IPty;
  readonly #screen: Terminal;
  #written = "";
  readonly ended: Promise<TerminalEnd>;

  constructor(
    command: readonly string[],
    directory: string,
    { columns = 80, rows = 24, variables = {} as NodeJS.ProcessEnv } = {},
  ) {
    const environment: NodeJS.ProcessEnv = {
      ...process.env,
      LANG: "C.UTF-8",
      PS1: "$ ",
      TERM: "xterm-256color",
      ...variables,
    };
    for (const name of ["CUSTODY_HOME", "CUSTODY_URL", "CUSTODY_TOKEN"]) delete environment[name];
    this.#screen = newScreen(columns, rows);
    const [file = "", ...parameters] = command;
    this.#pty = spawn(file, parameters, {
      cols: columns,
      cwd: directory,
      encoding: null,
      env: environment,
      name: "xterm-256color",
      rows,
    });
    readToEnd(this.#pty);
    this.#pty.onData((data) => {
      this.#screen.write(data as unknown as Uint8Array);
      this.#written += (data as unknown as Buffer).toString("latin1");
    });
    this.ended = new Promise((resolve) => {
      this.#pty.onExit(({ exitCode, signal }) =>
        // What came last may still be on its way through the screen.
        this.#screen.write("", () => resolve({ exitCode, signal: signal || undefined })),
      );
    });
  }

  /** The same under `custody run`. */
  static recorded(
    command: readonly string[],
    directory: string,
    options: { columns?: number; rows?: number; variables?: NodeJS.ProcessEnv; parameters?: string[] } = {},
  ): AgentTerminal {
    const { parameters = [] } = options;
    const all = [process.execPath, custodyCommand, "run", ...parameters, "--", ...command];
    return new AgentTerminal(all, directory, options);
  }

  /** All that was sent to it, a character for each byte. */
  get written(): string {
    return this.#written;
  }

  type(keys: string): void {
    this.#pty.write(keys);
  }

  resize(columns: number, rows: number): void {
    this.#screen.resize(columns, rows);
    this.#pty.resize(columns, rows);
  }

  /** What is seen, line by line, without what is blank at the ends. */
  seen(): string {
    return seenOn(this.#screen);
  }

  /** What is seen once nothing has changed for a while. */
  async settled(): Promise<string> {
    let seen = this.seen();
    for (let still = 0; still < 10; still += 1) {
      await sleep(50);
      const next = this.seen();
      if (next !== seen) still = 0;
      seen = next;
    }
    return seen;
  }

  /** Waits until something is seen. */
  async sees(what: string | RegExp): Promise<void> {
    const seen = expect.poll(() => this.seen(), { interval: 20, timeout: 60_000 });
    await (typeof what === "string" ? seen.toContain(what) : seen.toMatch(what));
  }
}

export function newScreen(columns: number, rows: number): Terminal {
  return new Terminal({ allowProposedApi: true, cols: columns, rows, scrollback: 1000 });
}

/** The screen itself, without what has scrolled out of it. */
export function seenOn(screen: Terminal): string {
  const { active } = screen.buffer;
  const lines = Array.from({ length: screen.rows }, (_, row) =>
    (active.getLine(active.baseY + row)?.translateToString(true) ?? "").trimEnd(),
  );
  return lines.join("\n").trimEnd();
}

/** Shows a recording on a screen, up to a time, or to its end. */
export async function replayed(
  lines: readonly unknown[],
  isOver: (seen: string) => boolean = () => false,
): Promise<Terminal> {
  const [header, ...events] = lines as [
    { term: { cols: number; rows: number } },
    ...[number, string, string][],
  ];
  const screen = newScreen(header.term.cols, header.term.rows);
  for (const [, code, data] of events) {
    if (code === "r") {
      const [columns = 80, rows = 24] = data.split("x").map(Number);
      screen.resize(columns, rows);
    } else if (code === "o") await new Promise<void>((resolve) => screen.write(data, resolve));
    if (isOver(seenOn(screen))) break;
  }
  return screen;
}

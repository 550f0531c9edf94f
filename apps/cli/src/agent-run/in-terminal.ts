import { spawn } from "@lydell/node-pty";
import { endProcesses } from "./end-processes.ts";
import {
  type ProgramEnd,
  type ProgramStart,
  type ProgramWitness,
  type RunningProgram,
  signalOf,
} from "./program.ts";
import { makeTerminalRaw, restoreTerminal } from "./raw-terminal.ts";
import { readToEnd } from "./read-to-end.ts";

const COLUMNS = 80;
const ROWS = 24;

export interface TerminalSize {
  readonly columns: number;
  readonly rows: number;
}

/** Some terminals do not say, or say 0. */
export function terminalSize({ columns, rows }: Partial<TerminalSize> = process.stdout): TerminalSize {
  return { columns: columns || COLUMNS, rows: rows || ROWS };
}

/**
 * Runs a program in a terminal of its own, which is shown in ours: every key goes to it as it is, and everything it writes
 * comes to us as it is. Ours is raw meanwhile, so that Ctrl-C, Ctrl-Z and Ctrl-\ are what they are in its terminal.
 *
 * It leads a session of its own, so there is no shell above it in its terminal: a shell or an editor in it stops and continues
 * its jobs as ever, and Ctrl-Z at the program itself does nothing, as on the first shell of any terminal.
 */
export function runInTerminal(start: ProgramStart, witness: ProgramWitness): RunningProgram {
  const { command, directory, environment, file } = start;
  const { columns, rows } = terminalSize();
  const pty = spawn(file, command.slice(1), {
    cols: columns,
    cwd: directory,
    encoding: null,
    env: { ...environment },
    name: environment["TERM"] ?? "xterm-256color",
    rows,
  });
  readToEnd(pty);
  pty.onData((data) => {
    // Without an encoding these are bytes, whatever the type says.
    const bytes = data as unknown as Buffer;
    witness.output(bytes);
    // Our terminal takes it at once, or holds us up as it would hold up the program.
    process.stdout.write(bytes);
  });
  const onKeys = (bytes: Buffer) => {
    witness.input(bytes);
    pty.write(bytes as unknown as string);
  };
  const onResize = () => {
    const size = terminalSize();
    pty.resize(size.columns, size.rows);
    witness.resize(size.columns, size.rows);
  };
  // Whoever stopped us from outside gave the terminal to a shell, which left it as it likes it.
  const onContinued = () => {
    restoreTerminal();
    makeTerminalRaw();
    onResize();
  };
  makeTerminalRaw();
  process.stdin.on("data", onKeys).resume();
  process.stdout.on("resize", onResize);
  process.on("SIGCONT", onContinued);
  const restore = () => {
    process.stdin.off("data", onKeys).pause();
    process.stdout.off("resize", onResize);
    process.off("SIGCONT", onContinued);
    restoreTerminal();
  };
  // However we end: a terminal that is left raw is of no use to anybody.
  process.once("exit", restore);
  const ended = new Promise<ProgramEnd>((resolve) => {
    pty.onExit(({ exitCode, signal: number = 0 }) => {
      process.off("exit", restore);
      restore();
      const signal = signalOf(number);
      resolve(signal === undefined ? { exitCode } : { signal });
    });
  });
  return {
    ended,
    signal: (name) => {
      try {
        process.kill(-pty.pid, name);
      } catch {
        // It has ended already.
      }
    },
    stop: () => endProcesses(pty.pid),
  };
}

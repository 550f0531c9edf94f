import { constants } from "node:os";

/** What is to be run: a program's file, what it is called by, and what it gets. */
export interface ProgramStart {
  readonly file: string;
  readonly command: readonly string[];
  readonly directory: string;
  readonly environment: Readonly<Record<string, string>>;
}

/** Told of everything that the program shows, and is shown. Nothing of it may throw, or wait. */
export interface ProgramWitness {
  output(bytes: Uint8Array): void;
  input(bytes: Uint8Array): void;
  resize(columns: number, rows: number): void;
}

/** One of the two. */
export interface ProgramEnd {
  readonly exitCode?: number;
  readonly signal?: NodeJS.Signals;
}

/** A program that was started, with whatever it starts. */
export interface RunningProgram {
  readonly ended: Promise<ProgramEnd>;
  /** As if it had been sent to the program by whoever sent it to us. */
  signal(name: NodeJS.Signals): void;
  /** Asks everything of it to end, and makes it end after five seconds. Resolves when that is done. */
  stop(): Promise<void>;
}

/** As a shell says it: 128 and the number of the signal. */
export function statusOf({ exitCode, signal }: ProgramEnd): number {
  if (signal !== undefined) return 128 + constants.signals[signal];
  return exitCode ?? 0;
}

export function signalOf(number: number): NodeJS.Signals | undefined {
  const found = Object.entries(constants.signals).find(([, each]) => each === number);
  return found?.[0] as NodeJS.Signals | undefined;
}

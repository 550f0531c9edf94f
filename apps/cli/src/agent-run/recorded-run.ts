import { randomBytes } from "node:crypto";
import { TerminalRecording } from "@custody/capture/terminal";
import { Redactor, StreamRedactor } from "@custody/secrets";
import type { NewSession, OverRun } from "@custody/server";
import type { ControlClient } from "../control/control-client.ts";
import { terminalSize } from "./in-terminal.ts";
import { PieceQueue } from "./piece-queue.ts";
import { type ProgramEnd, type ProgramWitness, statusOf } from "./program.ts";
import { RunChannel } from "./run-channel.ts";

/** Pieces are cut by their age, and this is how often anybody looks. */
const TICK_MS = 250;

/** After the program's end, whoever waits for us does not wait longer for Custody. */
const FAREWELL_MS = 10_000;

export interface RecordedRunOptions {
  readonly session: NewSession & { readonly runToken: string };
  readonly connect: () => ControlClient;
  readonly command: string;
  readonly terminal: string | undefined;
  readonly recordsInput: boolean;
  readonly secrets: readonly { readonly name: string; readonly value: string }[];
  readonly onStopped: () => void;
}

/** What the run's end is told with, beside the program's own. */
export interface RunOutcome {
  readonly over: OverRun["reason"] | undefined;
  /** All that the terminal has shown is recorded, and so is its end. */
  readonly isRecorded: boolean;
}

/** A run as Custody sees it: its terminal's recording, its channel, and its end. */
export class RecordedRun implements ProgramWitness {
  readonly #channel: RunChannel;
  readonly #queue: PieceQueue;
  readonly #recording: TerminalRecording;
  readonly #timer: NodeJS.Timeout;
  #over: OverRun["reason"] | undefined;

  constructor(options: RecordedRunOptions) {
    const { connect, session } = options;
    this.#channel = new RunChannel({
      connect: () => connect().withToken(session.runToken),
      onOver: (reason) => {
        this.#over = reason;
        if (reason === "stopped") options.onStopped();
      },
      secrets: options.secrets.map(({ value }) => value),
      session: session.session,
    });
    this.#queue = new PieceQueue((piece) => this.#channel.post("recording", piece));
    this.#recording = recordingOf(options, this.#queue);
    this.#timer = setInterval(() => this.#recording.tick(), TICK_MS).unref();
  }

  output(bytes: Uint8Array): void {
    this.#recording.output(bytes);
  }

  input(bytes: Uint8Array): void {
    this.#recording.input(bytes);
  }

  resize(columns: number, rows: number): void {
    this.#recording.resize(columns, rows);
  }

  /** Nobody is waited for who does not answer. */
  async end(end: ProgramEnd): Promise<RunOutcome> {
    clearInterval(this.#timer);
    this.#recording.end(statusOf(end));
    const untilMs = performance.now() + FAREWELL_MS;
    const timer = setTimeout(() => this.#queue.close(), FAREWELL_MS);
    await this.#queue.drained();
    let posted = await this.#channel.post("end", end);
    while (posted === "gone" && performance.now() < untilMs) {
      await new Promise((resolve) => setTimeout(resolve, TICK_MS));
      posted = await this.#channel.post("end", end);
    }
    clearTimeout(timer);
    this.#channel.close();
    return { isRecorded: posted === "taken" && this.#queue.isComplete, over: this.#over };
  }
}

function recordingOf(
  { command, recordsInput, secrets, terminal }: RecordedRunOptions,
  queue: PieceQueue,
): TerminalRecording {
  // One key a run: the same secret has the same mark all through its recording, and tells nothing of itself.
  const redactor = new Redactor({ key: randomBytes(32), known: secrets });
  const redaction = () => new StreamRedactor(redactor);
  return new TerminalRecording({
    header: {
      ...terminalSize(),
      command,
      timestamp: Math.floor(Date.now() / 1000),
      ...(terminal === undefined ? undefined : { terminal }),
    },
    isFull: () => queue.isFull,
    monotonicUs: () => performance.now() * 1000,
    onPiece: (piece) => queue.add(piece),
    redactOutput: redaction(),
    ...(recordsInput ? { redactInput: redaction() } : undefined),
  });
}

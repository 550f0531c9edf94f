import { writeSync } from "node:fs";
import { escapedJson, escapeText } from "@custody/messages";

/** Where a command writes: answers on one stream, hints and progress on the other. */
export interface Output {
  readonly isColored: boolean;
  /** A line for people; whatever in it came from outside is escaped already, by `escapeText`. */
  line(text: string): void;
  /** One line of JSON for programs. */
  json(value: unknown): void;
  /** A line for people beside the answer. Escaped here. */
  hint(text: string): void;
  /** A line of a service's log. It is lost rather than that whoever reads it, or does not, could end or hold up the service. */
  log(text: string): void;
  /** The answer itself, when it is a file's content: nothing is added, and what is in it is escaped already. */
  write(text: string): void;
  /**
   * How far something is: on a terminal, a line that replaces the one before it; elsewhere, a line every few seconds.
   * Empty text takes the line away.
   */
  progress(text: string): void;
}

/** A log file of a nightly job shows that it is alive, and is not filled by that. */
const PROGRESS_INTERVAL_MS = 5000;

/**
 * Writes at once and completely, so that `process.exit` loses nothing; a reader that went away (`custody log | head`)
 * ends the command quietly.
 */
export function processOutput(variables: Readonly<Record<string, string | undefined>>): Output {
  let progressAtMs = Date.now();
  const isColored = process.stdout.isTTY === true && !variables["NO_COLOR"] && variables["TERM"] !== "dumb";
  return {
    isColored,
    line: (text) => writeAll(1, `${text}\n`),
    json: (value) => writeAll(1, `${escapedJson(value)}\n`),
    hint: (text) => writeAll(2, `${escapeText(text)}\n`),
    log: (text) => writeOrLose(`${escapeText(text)}\n`),
    progress: (text) => {
      if (process.stderr.isTTY) writeAll(2, `\r${escapeText(text)}\x1b[K`);
      else if (text !== "" && Date.now() - progressAtMs > PROGRESS_INTERVAL_MS) {
        progressAtMs = Date.now();
        writeAll(2, `${escapeText(text)}\n`);
      }
    },
    write: (text) => writeAll(1, text),
  };
}

function writeAll(descriptor: 1 | 2, text: string): void {
  const bytes = Buffer.from(text);
  for (let offset = 0; offset < bytes.length; ) {
    try {
      offset += writeSync(descriptor, bytes, offset);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === "EPIPE") process.exit(0);
      // A pipe that is full and does not block: whoever reads it makes room in a moment.
      if (code !== "EAGAIN") throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
    }
  }
}

/** How often a full pipe is tried, 5 ms apart. */
const LOG_ATTEMPTS = 20;

function writeOrLose(text: string): void {
  const bytes = Buffer.from(text);
  let attempts = 0;
  for (let offset = 0; offset < bytes.length && attempts < LOG_ATTEMPTS; ) {
    try {
      offset += writeSync(2, bytes, offset);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EAGAIN") return;
      attempts += 1;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
    }
  }
}

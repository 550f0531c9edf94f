import { spawn } from "node:child_process";
import { setPriority } from "node:os";
import type { RetentionRules } from "./retention-rules.ts";

/** A day after the last time, and some minutes after a start, when there is enough else to do. */
const EVERY_MS = 24 * 3_600_000;
const FIRST_MS = 10 * 60_000;

export interface RetentionTimerOptions {
  readonly rules: () => RetentionRules;
  /** The command line of `custody retention apply`, for this data directory. */
  readonly command: readonly string[];
  readonly warn: (text: string) => void;
  readonly info: (text: string) => void;
  readonly firstMs?: number;
}

/**
 * Applies retention once a day, as a process of its own: it reads every envelope of the ledger, and that must not cost
 * the data path anything. It asks like any other command, so what it destroys is ordered and recorded in the same way.
 */
export class RetentionTimer {
  readonly #options: RetentionTimerOptions;
  #timer: NodeJS.Timeout;
  #child: ReturnType<typeof spawn> | undefined;

  constructor(options: RetentionTimerOptions) {
    this.#options = options;
    this.#timer = setTimeout(() => this.#run(), options.firstMs ?? FIRST_MS).unref();
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#child?.kill("SIGTERM");
  }

  #run(): void {
    this.#timer = setTimeout(() => this.#run(), EVERY_MS).unref();
    const { command, rules, warn } = this.#options;
    const [program, ...args] = command;
    if (!hasPeriod(rules()) || program === undefined) return;
    const child = spawn(program, args, { stdio: ["ignore", "pipe", "pipe"] });
    this.#child = child;
    let said = "";
    let complained = "";
    child.stdout.on("data", (chunk: Buffer) => {
      said += chunk.toString();
    });
    child.stderr.on("data", (chunk: Buffer) => {
      complained = (complained + chunk.toString()).slice(-1000);
    });
    child.once("error", (error) => warn(`retention could not be applied: ${error.message}`));
    child.once("close", (code, signal) => {
      if (signal !== null) return;
      if (code === 0) this.#tell(said);
      else warn(`retention was not applied: ${complained.trim()}`);
    });
    stepBack(child.pid);
  }

  #tell(said: string): void {
    const { info, warn } = this.#options;
    try {
      const { entries, keys } = JSON.parse(said) as { entries: number; keys: number };
      if (keys > 0) info(`retention: ${entries} records under ${keys} keys were destroyed`);
    } catch {
      warn("retention was applied, and what it said cannot be read");
    }
  }
}

function hasPeriod({ classes, keepMs }: RetentionRules): boolean {
  return keepMs !== undefined || classes.some((each) => each.keepMs !== undefined);
}

function stepBack(pid: number | undefined): void {
  try {
    if (pid !== undefined) setPriority(pid, 19);
  } catch {
    // It ended already, or the system does not allow it.
  }
}

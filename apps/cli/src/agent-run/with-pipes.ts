import { type ChildProcess, spawn } from "node:child_process";
import type { Readable, Writable } from "node:stream";
import { endProcesses } from "./end-processes.ts";
import type { ProgramEnd, ProgramStart, ProgramWitness, RunningProgram } from "./program.ts";

/**
 * Runs a program without a terminal: what it writes goes on to our own output and errors, byte by byte, and it reads our own
 * input. It leads a group of its own, unless it reads from a terminal: that belongs to our group.
 */
export function runWithPipes(start: ProgramStart, witness: ProgramWitness): RunningProgram {
  const { command, directory, environment, file } = start;
  const isLeader = process.stdin.isTTY !== true;
  const child = spawn(file, command.slice(1), {
    argv0: command[0],
    cwd: directory,
    detached: isLeader,
    env: { ...environment },
    stdio: ["inherit", "pipe", "pipe"],
  });
  passOn(child.stdout, process.stdout, witness);
  passOn(child.stderr, process.stderr, witness);
  return {
    ended: endOf(child),
    signal: (name) => {
      // From the keyboard it has reached the whole group already.
      if (isLeader || (name !== "SIGINT" && name !== "SIGQUIT")) child.kill(name);
    },
    stop: async () => {
      if (isLeader && child.pid !== undefined) await endProcesses(child.pid);
      else child.kill("SIGTERM");
    },
  };
}

/** The program waits for whoever reads our output, and learns when nobody does any more: as if they read its own. */
function passOn(from: Readable | null, to: Writable, witness: ProgramWitness): void {
  if (from === null) return;
  to.on("error", () => from.destroy());
  from.on("data", (bytes: Buffer) => {
    witness.output(withReturns(bytes));
    if (to.write(bytes)) return;
    from.pause();
    to.once("drain", () => from.resume());
  });
}

/** The recording is of a terminal, in which a line's end alone does not go back to the line's beginning. */
function withReturns(bytes: Buffer): Buffer {
  if (!bytes.includes(0x0a)) return bytes;
  return Buffer.from(bytes.toString("latin1").replaceAll(/(?<!\r)\n/g, "\r\n"), "latin1");
}

/** A program that could not be started after all ended as a shell would say it. */
function endOf(child: ChildProcess): Promise<ProgramEnd> {
  return new Promise((resolve) => {
    child.once("error", () => resolve({ exitCode: 126 }));
    child.once("close", (exitCode, signal) =>
      resolve(signal === null ? { exitCode: exitCode ?? 0 } : { signal }),
    );
  });
}

import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { CliError } from "../error.ts";
import type { TourFolder } from "./tour-folder.ts";

const schema = z.object({ pid: z.number().int(), started: z.string() });

/** Whoever stopped npm, or killed it, has it back before what it started has ended. */
const PATIENCE_MS = 1500;
const LOOK_AGAIN_MS = 50;

/** Says in the folder that this process runs the tour. @throws CliError TOUR_RUNNING, FILE_UNUSABLE */
export async function claimTour(folder: TourFolder): Promise<void> {
  await refuseRunning(folder, "stop it first");
  const { pid } = process;
  try {
    writeFileSync(folder.run, `${JSON.stringify({ pid, started: startOf(pid) })}\n`, { mode: 0o600 });
  } catch (cause) {
    const what = `the tour cannot write into ${folder.path}`;
    throw new CliError("FILE_UNUSABLE", what, "run it as the user who started it first", { cause });
  }
}

export function leaveTour(folder: TourFolder): void {
  rmSync(folder.run, { force: true });
}

/** Waits for a moment in case it is ending. @throws CliError TOUR_RUNNING */
export async function refuseRunning(folder: TourFolder, advice: string): Promise<void> {
  const deadline = Date.now() + PATIENCE_MS;
  let pid = runningTour(folder);
  while (pid !== undefined && Date.now() < deadline) {
    await sleep(LOOK_AGAIN_MS);
    pid = runningTour(folder);
  }
  if (pid === undefined) return;
  throw new CliError("TOUR_RUNNING", `the tour in ${folder.path} runs, in process ${pid}`, advice);
}

/** The process that runs the tour; undefined when none does, also after a crash. */
export function runningTour(folder: TourFolder): number | undefined {
  try {
    const { pid, started } = schema.parse(JSON.parse(readFileSync(folder.run, "utf8")));
    if (pid === process.pid) return undefined;
    process.kill(pid, 0);
    return startOf(pid) === started ? pid : undefined;
  } catch (error) {
    // A process of somebody else's is there, but may not be asked.
    return (error as NodeJS.ErrnoException).code === "EPERM" ? 0 : undefined;
  }
}

/** When a process began, where the system tells: a number is soon given to another process. */
function startOf(pid: number): string {
  const file = `/proc/${pid}/stat`;
  if (!existsSync(file)) return "";
  // The name of the program, in parentheses, may contain anything; the 20th field after it is the time.
  const fields = readFileSync(file, "utf8").split(") ").at(-1)?.split(" ") ?? [];
  return fields[19] ?? "";
}

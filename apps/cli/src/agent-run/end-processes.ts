import { readdirSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

/** What is asked to end has so long to do it. */
const PATIENCE_MS = 5000;

const LOOK_INTERVAL_MS = 100;

/**
 * Ends a program that leads a session or group of its own, and all that it has started there: SIGTERM, and SIGKILL for what
 * is left after five seconds. A shell gives each of its jobs a group of its own, so on Linux everything of the session is looked
 * up; elsewhere, its first group is ended, and the others lose their terminal. What has made a session of its own is not found.
 */
export async function endProcesses(leader: number): Promise<void> {
  signalAll(leader, "SIGTERM");
  // A shell that waits for a stopped job does not end before the job does.
  signalAll(leader, "SIGCONT");
  const untilMs = performance.now() + PATIENCE_MS;
  while (isAnyLeft(leader) && performance.now() < untilMs) await sleep(LOOK_INTERVAL_MS);
  signalAll(leader, "SIGKILL");
}

function isAnyLeft(leader: number): boolean {
  return membersOf(leader).length > 0 || isThere(-leader);
}

function signalAll(leader: number, name: NodeJS.Signals): void {
  for (const target of [-leader, ...membersOf(leader)]) signal(target, name);
}

function signal(target: number, name: NodeJS.Signals): void {
  try {
    process.kill(target, name);
  } catch {
    // It has ended already.
  }
}

function isThere(target: number): boolean {
  try {
    return process.kill(target, 0);
  } catch {
    return false;
  }
}

/** The processes of a session, by /proc; none where there is no such thing. */
function membersOf(session: number): number[] {
  try {
    return readdirSync("/proc")
      .filter((name) => /^\d+$/.test(name) && sessionOf(name) === session)
      .map(Number);
  } catch {
    return [];
  }
}

/** The sixth field of `stat` (proc_pid_stat(5)); the second, a name in brackets, may hold anything. Not of what is dead. */
function sessionOf(pid: string): number | undefined {
  try {
    const [state, , , session] =
      readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").at(-1)?.split(" ") ?? [];
    return state === "Z" ? undefined : Number(session);
  } catch {
    return undefined;
  }
}

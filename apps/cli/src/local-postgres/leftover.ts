import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

const PATIENCE_MS = 5000;
const LOOK_AGAIN_MS = 25;

/**
 * Resolves once no server runs on the data directory. The one of a killed process is ending by itself, so it gets a
 * moment; one whose supervisor was killed too is told to end.
 */
export async function endLeftoverServer(dataDir: string): Promise<void> {
  for (const signal of [undefined, "SIGINT", "SIGQUIT"] as const) {
    const pid = serverOn(dataDir);
    if (pid === undefined) return;
    if (signal !== undefined) process.kill(pid, signal);
    await ended(dataDir);
  }
}

async function ended(dataDir: string): Promise<void> {
  const deadline = Date.now() + PATIENCE_MS;
  while (serverOn(dataDir) !== undefined && Date.now() < deadline) await sleep(LOOK_AGAIN_MS);
}

/** The server's process, by the file that it keeps there; a number that another process has by now does not count. */
function serverOn(dataDir: string): number | undefined {
  const file = join(dataDir, "postmaster.pid");
  if (!existsSync(file)) return undefined;
  const pid = Number(readFileSync(file, "utf8").split("\n")[0]);
  return Number.isInteger(pid) && pid > 1 && commandOf(pid).includes(dataDir) ? pid : undefined;
}

function commandOf(pid: number): string {
  try {
    if (existsSync("/proc/self/cmdline")) return readFileSync(`/proc/${pid}/cmdline`, "utf8");
    return execFileSync("ps", ["-o", "command=", "-p", String(pid)], { encoding: "utf8", stdio: "pipe" });
  } catch {
    return "";
  }
}

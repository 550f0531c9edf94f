import { readdirSync, readFileSync } from "node:fs";

/** The worker of a running Custody: the one child process that it has. */
export function workerOf(pid) {
  const found = readdirSync("/proc").filter((name) => /^\d+$/.test(name) && parentOf(name) === pid);
  if (found.length !== 1) throw new Error(`process ${pid} has ${found.length} children, not one worker`);
  return Number(found[0]);
}

function parentOf(pid) {
  try {
    return Number(readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").at(-1).split(" ")[1]);
  } catch {
    return undefined;
  }
}

import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { hostname } from "node:os";

/**
 * Whose files of a spool they are: the machine, the process, and when that began. A number of a process comes again, together
 * with the time it does not. Containers that share a folder have names of their own.
 */
export function ownOwner(): string {
  return `${hostDigest()}-${process.pid}-${startOf(process.pid)}`;
}

/** Whether whoever wrote them can write no more. In doubt not: then they are sent when that is clear. */
export function isGone(owner: string): boolean {
  const [host, pid, start] = owner.split("-");
  if (host !== hostDigest()) return false;
  if (!isRunning(Number(pid))) return true;
  const running = startOf(Number(pid));
  return running !== "0" && running !== start;
}

function hostDigest(): string {
  return createHash("sha256").update(hostname()).digest("hex").slice(0, 8);
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== "ESRCH";
  }
}

/** Clock ticks since the machine began, on Linux (proc(5), field 22); 0 where nobody says. */
function startOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    // The name of the program stands in brackets, and may have any character.
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? "0";
  } catch {
    return "0";
  }
}

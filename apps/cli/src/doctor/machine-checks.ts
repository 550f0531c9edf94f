import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { type DiskLimits, spaceOf } from "../disk/disk-guard.ts";
import { thresholdBytes } from "../disk/threshold.ts";
import { type Diagnosis, fail, ok, unknown, warn } from "./finding.ts";

const NODE_MINIMUM = [20, 19] as const;

/** Users of people begin here on common systems (login.defs, UID_MIN). */
const UID_OF_PEOPLE = 1000;

export function checkNode(version: string = process.versions.node): Diagnosis {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const isEnough = major > NODE_MINIMUM[0] || (major === NODE_MINIMUM[0] && minor >= NODE_MINIMUM[1]);
  return isEnough
    ? ok("node", `Node.js ${version}`)
    : fail("node", `Node.js ${version} is older than 20.19`, "install a newer one");
}

/**
 * Whoever runs as the user that the data belongs to can read the master key. Whether agents do cannot be seen from here;
 * what can be seen is whether it is a user that people, and so their agents, work as.
 */
export function checkUser(data: string, variables: Readonly<Record<string, string | undefined>>): Diagnosis {
  const id = "own-user";
  const advice = "run Custody as a user of its own: custody service install";
  if (!existsSync(data)) return unknown(id, `${data} is not there yet`, advice);
  const { uid } = statSync(data);
  const account = accountOf(uid);
  const name = account?.name ?? `user ${uid}`;
  if (variables["SUDO_USER"] && accountOf(Number(variables["SUDO_UID"]))?.name === name)
    return warn(
      id,
      `the data belongs to ${name}, who also works at this terminal; an agent of theirs can read the keys`,
      advice,
    );
  if (uid === 0)
    return warn(id, "the data belongs to root: a mistake in Custody would be a mistake of root", advice);
  if (uid >= UID_OF_PEOPLE && account?.hasShell !== false)
    return warn(
      id,
      `the data belongs to ${name}, a user who can log in; an agent that runs as ${name} can read the keys`,
      advice,
    );
  return ok(id, `the data belongs to ${name}, a user of its own, as far as can be seen from here`);
}

function accountOf(uid: number): { name: string; hasShell: boolean } | undefined {
  try {
    const line = readFileSync("/etc/passwd", "utf8")
      .split("\n")
      .find((each) => each.split(":")[2] === String(uid));
    const [name, , , , , , shell = ""] = line?.split(":") ?? [];
    return name === undefined ? undefined : { hasShell: !/\/(nologin|false)$/.test(shell), name };
  } catch {
    return undefined;
  }
}

export function checkModes(data: string): Diagnosis {
  const id = "modes";
  if (process.platform === "win32") return unknown(id, "modes of files mean nothing here", "");
  if (!existsSync(data)) return unknown(id, `${data} is not there yet`, "start Custody once");
  const open = ["keys/master.key", "keys/sealed", "local.token", "server.json", "keys/ring"].filter((name) =>
    isOpen(join(data, name)),
  );
  if (open.length > 0)
    return fail(
      id,
      `others may read ${open.join(", ")} in ${data}`,
      `chmod 600 on each, and make a new local.token`,
    );
  return isOpen(data)
    ? warn(id, `others may look into ${data}; what is in it is closed to them`, `chmod 700 ${data}`)
    : ok(id, "only its owner may look into the data directory");
}

function isOpen(path: string): boolean {
  return existsSync(path) && (statSync(path).mode & 0o077) !== 0;
}

export async function checkDisk(data: string, limits: DiskLimits): Promise<Diagnosis> {
  const id = "disk";
  if (!existsSync(data)) return unknown(id, `${data} is not there yet`, "start Custody once");
  const { freeBytes, totalBytes } = await spaceOf(data);
  const free = `${(freeBytes / 1024 ** 3).toFixed(1)} GiB are free (${Math.floor((100 * freeBytes) / totalBytes)} %)`;
  if (freeBytes < thresholdBytes(limits.stopBelow, totalBytes))
    return fail(
      id,
      `${free}: nothing is forwarded`,
      "make space, see disk.stopBelow in docs/configuration.md",
    );
  return freeBytes < thresholdBytes(limits.warnBelow, totalBytes)
    ? warn(id, free, "make space before nothing is forwarded any more")
    : ok(id, free);
}

export function checkTimeService(): Diagnosis {
  const id = "clock-synchronised";
  const advice = "run a time service: chrony, or systemd-timesyncd";
  let said = "";
  try {
    const args = ["show", "-p", "NTPSynchronized", "--value"];
    said = execFileSync("timedatectl", args, {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
      timeout: 5000,
    });
  } catch {
    return unknown(id, "whether the clock is set by a time service cannot be seen here", advice);
  }
  if (said.trim() === "yes") return ok(id, "the clock is set by a time service");
  return warn(id, "the clock is not set by a time service: the times of records are worth little", advice);
}

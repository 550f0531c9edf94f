import { execFileSync } from "node:child_process";
import { chownSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { serverUser } from "./server-user.ts";

/** A folder of its own below the system's temporary one, which the server's user can reach. */
export function temporaryDataDirectory(prefix: string): string {
  const dataDir = mkdtempSync(join(tmpdir(), prefix));
  giveToServerUser(dataDir);
  return dataDir;
}

/** An empty folder in a place that the server's user can reach. */
export function makeDataDirectory(dataDir: string): void {
  mkdirSync(dataDir, { mode: 0o700 });
  giveToServerUser(dataDir);
}

function giveToServerUser(dataDir: string): void {
  const user = serverUser();
  if (user !== undefined) chownSync(dataDir, user.uid, user.gid);
}

/**
 * Makes a database cluster in an empty folder that belongs to the server's user.
 *
 * The superuser's password goes through a pipe and never into a file, so that a crash leaves none behind. The shell
 * makes that pipe, because `initdb` opens it by its name, which only the user who made it may.
 */
export function initialiseCluster(bin: string, dataDir: string, password: string): void {
  const options = [
    `--pgdata=${dataDir}`,
    "--pwfile=/dev/stdin",
    "--username=postgres",
    "--auth=scram-sha-256",
    "--encoding=UTF8",
    "--locale=C",
    "--no-sync",
    "--no-instructions",
  ];
  const script = 'cat | "$@"';
  const args = ["-c", script, "initdb", join(bin, "initdb"), ...options];
  try {
    execFileSync("/bin/sh", args, { ...serverUser(), cwd: "/", input: `${password}\n`, stdio: "pipe" });
  } catch (error) {
    rmSync(dataDir, { recursive: true, force: true });
    throw error;
  }
}

/** The major version that made the cluster; undefined when it is none. */
export function clusterVersion(dataDir: string): string | undefined {
  try {
    return readFileSync(join(dataDir, "PG_VERSION"), "utf8").trim();
  } catch {
    return undefined;
  }
}

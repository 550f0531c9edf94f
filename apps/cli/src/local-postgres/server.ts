import { execFileSync, spawn } from "node:child_process";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { findFreePort } from "./free-port.ts";
import { serverUser } from "./server-user.ts";

export interface RunningServer {
  readonly port: number;
  /** As the server's own `--version` prints it, e.g. "18.4". */
  readonly version: string;
  /** Shuts the server down, and removes its data directory unless that is to be kept. */
  stop(): Promise<void>;
}

export interface ServerOptions {
  /** The folder with the programs. */
  readonly bin: string;
  /** An initialised cluster, which belongs to the server's user. */
  readonly dataDir: string;
  /** Whether the data directory stays when the server ends; otherwise it goes, also after a crash of this process. */
  readonly isKept: boolean;
  readonly settings: Readonly<Record<string, string>>;
}

const portAttemptsMax = 5;

/**
 * Starts a server on a free loopback port.
 *
 * The server ends with `stop()`, and with this process, however this process ends (see `supervisor`).
 *
 * @throws Error with the server's own words when it does not start; the data directory is left alone then
 */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  for (let attempt = 1; ; attempt += 1) {
    const port = await findFreePort();
    try {
      const stop = await runServer(options, { ...settingsOf(options), port: String(port) });
      return { port, stop, version: serverVersion(options.bin) };
    } catch (error) {
      // Another process may have taken the port between our looking and the server's listening.
      const mayRetry = attempt < portAttemptsMax && String(error).includes("could not bind");
      if (!mayRetry) throw error;
    }
  }
}

/** Only this machine reaches it, and by TCP only: a socket's path would be too long in a deep folder. */
function settingsOf({ settings }: ServerOptions): Readonly<Record<string, string>> {
  return {
    listen_addresses: "127.0.0.1",
    shared_buffers: "32MB",
    timezone: "UTC",
    unix_socket_directories: "",
    wal_level: "logical",
    ...settings,
  };
}

/**
 * Runs the server ($3…) until our end of its standard input closes, then removes the data directory ($1) unless it is
 * to be kept ($2).
 *
 * The kernel closes that pipe even when this process is killed, so no server outlives it. SIGINT is the
 * server's "fast shutdown". File descriptor 3 is needed since a shell gives background jobs an empty input.
 */
const supervisor = `
  exec 3<&0
  dataDir=$1; after=$2; shift 2
  "$@" </dev/null 3<&- & server=$!
  (read -r _ <&3; kill -INT $server) 2>/dev/null & watch=$!
  trap '' INT TERM HUP
  wait $server; code=$?
  kill $watch 2>/dev/null
  [ "$after" = keep ] || { [ $code -eq 0 ] && rm -rf "$dataDir"; }
  exit $code`;

function runServer(
  { bin, dataDir, isKept }: ServerOptions,
  settings: Readonly<Record<string, string>>,
): Promise<() => Promise<void>> {
  const flags = Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
  const command = [join(bin, "postgres"), "-D", dataDir, ...flags];
  // In a process group of its own: Ctrl-C in a terminal would reach the server before we are done with it.
  const child = spawn(
    "/bin/sh",
    ["-c", supervisor, "supervisor", dataDir, isKept ? "keep" : "remove", ...command],
    { ...serverUser(), cwd: "/", detached: true, stdio: ["pipe", "ignore", "pipe"] },
  );
  const ended = new Promise<void>((resolve) => child.once("close", () => resolve()));
  const stop = async (): Promise<void> => {
    child.stdin.end();
    await ended;
    if (!isKept) rmSync(dataDir, { recursive: true, force: true });
  };
  return new Promise((resolve, reject) => {
    let log = "";
    child.once("error", reject);
    child.once("close", (code) => reject(new Error(`PostgreSQL ended with code ${code}:\n${log}`)));
    child.stderr.setEncoding("utf8").on("data", (chunk: string) => {
      // Kept only until the server is ready: enough to say why it did not start.
      log = (log + chunk).slice(-10_000);
      if (log.includes("ready to accept connections")) resolve(stop);
    });
  });
}

/** E.g. "18.4". Run as the server's user: nothing that lies in a shared folder is run as root. */
export function serverVersion(bin: string): string {
  const output = execFileSync(join(bin, "postgres"), ["--version"], {
    ...serverUser(),
    cwd: "/",
    encoding: "utf8",
  });
  return /(\d+(?:\.\d+)*)/.exec(output)?.[1] ?? output.trim();
}

import { execFileSync, spawn } from "node:child_process";
import { chownSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { postgresBinaries } from "./binaries.ts";
import { connectionUrl, password } from "./connection-url.ts";
import { serverUser } from "./server-user.ts";

/** A real PostgreSQL with a data directory of its own, for as long as a test needs it. */
export interface PostgresServer {
  readonly dataDir: string;
  readonly port: number;
  /** Of the superuser `postgres`; tests that make roles may give them the same one, and then use `url`. */
  readonly password: string;
  /** As the server's own `--version` prints it, e.g. "18.4". */
  readonly version: string;
  /** A connection URL on 127.0.0.1. Without arguments: the superuser, in the database `postgres`. */
  url(database?: string, user?: string): string;
  /** Shuts the server down and removes its data directory. */
  stop(): Promise<void>;
}

export interface PostgresOptions {
  /** Further settings, which win over ours: `{ "log_statement": "all" }`. */
  readonly settings?: Readonly<Record<string, string>>;
}

const portAttemptsMax = 5;

/**
 * Makes a database cluster and starts a server on a free loopback port; takes under a second.
 *
 * The server ends with `stop()`, and with this process, however this process ends (see `supervisor`).
 */
export async function startPostgres(options: PostgresOptions = {}): Promise<PostgresServer> {
  const bin = postgresBinaries();
  const dataDir = initialiseCluster(bin);
  for (let attempt = 1; ; attempt += 1) {
    const port = await findFreePort();
    const settings = { ...defaultSettings, ...options.settings, port: String(port) };
    try {
      const stop = await runServer(bin, dataDir, settings);
      return {
        dataDir,
        port,
        password,
        version: readVersion(bin),
        url: (database, user) => connectionUrl(port, database, user),
        stop,
      };
    } catch (error) {
      // Another process may have taken the port between our looking and the server's listening.
      const mayRetry = attempt < portAttemptsMax && String(error).includes("could not bind");
      if (mayRetry) continue;
      rmSync(dataDir, { recursive: true, force: true });
      throw error;
    }
  }
}

/** Speed comes from not syncing: a test's data need not survive a power cut. */
const defaultSettings: Readonly<Record<string, string>> = {
  fsync: "off",
  full_page_writes: "off",
  listen_addresses: "127.0.0.1",
  max_connections: "400",
  max_prepared_transactions: "20",
  shared_buffers: "32MB",
  synchronous_commit: "off",
  timezone: "UTC",
  unix_socket_directories: "",
  wal_level: "logical",
};

function initialiseCluster(bin: string): string {
  const user = serverUser();
  const dataDir = mkdtempSync(join(tmpdir(), "custody-test-cluster-"));
  const passwordFile = `${dataDir}.password`;
  writeFileSync(passwordFile, password, { mode: 0o600 });
  if (user !== undefined) {
    chownSync(dataDir, user.uid, user.gid);
    chownSync(passwordFile, user.uid, user.gid);
  }
  try {
    execFileSync(
      join(bin, "initdb"),
      [
        `--pgdata=${dataDir}`,
        `--pwfile=${passwordFile}`,
        "--username=postgres",
        "--auth=scram-sha-256",
        "--encoding=UTF8",
        "--locale=C",
        "--no-sync",
        "--no-instructions",
      ],
      { ...user, cwd: "/", stdio: "pipe" },
    );
  } catch (error) {
    rmSync(dataDir, { recursive: true, force: true });
    throw error;
  } finally {
    rmSync(passwordFile, { force: true });
  }
  return dataDir;
}

function findFreePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address();
      const port = typeof address === "object" && address !== null ? address.port : 0;
      probe.close(() => resolve(port));
    });
  });
}

/**
 * Runs the server ($2…) until our end of its standard input closes, then removes the data directory ($1).
 *
 * The kernel closes that pipe even when this process is killed, so no server outlives its test. SIGINT is the
 * server's "fast shutdown". File descriptor 3 is needed since a shell gives background jobs an empty input.
 */
const supervisor = `
  exec 3<&0
  dataDir=$1; shift
  "$@" </dev/null 3<&- & server=$!
  (read -r _ <&3; kill -INT $server) 2>/dev/null & watch=$!
  trap '' INT TERM HUP
  wait $server; code=$?
  kill $watch 2>/dev/null
  [ $code -eq 0 ] && rm -rf "$dataDir"
  exit $code`;

function runServer(
  bin: string,
  dataDir: string,
  settings: Readonly<Record<string, string>>,
): Promise<() => Promise<void>> {
  const flags = Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
  const child = spawn(
    "/bin/sh",
    ["-c", supervisor, "supervisor", dataDir, join(bin, "postgres"), "-D", dataDir, ...flags],
    { ...serverUser(), cwd: "/", stdio: ["pipe", "ignore", "pipe"] },
  );
  const ended = new Promise<void>((resolve) => child.once("close", () => resolve()));
  const stop = async (): Promise<void> => {
    child.stdin.end();
    await ended;
    rmSync(dataDir, { recursive: true, force: true });
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

function readVersion(bin: string): string {
  const output = execFileSync(join(bin, "postgres"), ["--version"], { encoding: "utf8" });
  return /(\d+(?:\.\d+)*)/.exec(output)?.[1] ?? output.trim();
}

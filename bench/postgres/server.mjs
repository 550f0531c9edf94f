import { execFileSync, spawn } from "node:child_process";
import { chownSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

const password = "custody";

/** A PostgreSQL of the system's packages, on a free loopback port, with pgbench's tables at scale 10. */
export async function startServer() {
  const bin = newestBinaries();
  const directory = mkdtempSync(join(tmpdir(), "custody-bench-pg-"));
  const owner = process.getuid?.() === 0 ? userNamed("postgres") : undefined;
  if (owner) chownSync(directory, owner.uid, owner.gid);
  const data = join(directory, "data");
  const secret = join(directory, "password");
  writeFileSync(secret, password, { mode: 0o644 });
  execFileSync(
    join(bin, "initdb"),
    ["-D", data, "-U", "postgres", "-A", "scram-sha-256", "--pwfile", secret],
    { ...owner, stdio: "ignore" },
  );
  const port = await freePort();
  const settings = {
    port,
    listen_addresses: "127.0.0.1",
    unix_socket_directories: "",
    max_connections: 300,
    shared_buffers: "256MB",
  };
  const parameters = Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
  const server = spawn(join(bin, "postgres"), ["-D", data, ...parameters], { ...owner, stdio: "ignore" });
  await reachable(port);
  const url = `postgres://postgres:${password}@127.0.0.1:${port}/bench`;
  execFileSync("psql", [url.replace(/bench$/, "postgres"), "-qc", "CREATE DATABASE bench"]);
  execFileSync("pgbench", ["-i", "-s", "10", "-q", url], { stdio: "ignore" });
  execFileSync("psql", [url, "-qc", "CREATE TABLE bench_log (at timestamptz DEFAULT now(), value bigint)"]);
  return {
    url,
    port,
    password,
    async stop() {
      const ended = new Promise((resolve) => server.once("close", resolve));
      server.kill("SIGINT");
      await ended;
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

function newestBinaries() {
  const versions = readdirSync("/usr/lib/postgresql").sort((a, b) => Number(b) - Number(a));
  return join("/usr/lib/postgresql", versions[0], "bin");
}

function userNamed(name) {
  const line = readFileSync("/etc/passwd", "utf8")
    .split("\n")
    .find((one) => one.startsWith(`${name}:`));
  const [, , uid, gid] = line.split(":");
  return { uid: Number(uid), gid: Number(gid) };
}

export function freePort() {
  return new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

/** Waits until something listens, for at most ten seconds. */
export async function reachable(port) {
  for (let attempt = 0; attempt < 200; attempt += 1) {
    const isThere = await new Promise((resolve) => {
      const socket = connect(port, "127.0.0.1");
      socket.once("connect", () => resolve(true) || socket.destroy());
      socket.once("error", () => resolve(false));
    });
    if (isThere) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`nothing listens on port ${port}`);
}

import { execFileSync, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { freePort, reachable } from "./server.mjs";

const here = new URL(".", import.meta.url).pathname;
const command = join(here, "../../apps/cli/bin/custody.mjs");

/** Each way to the database: its URL, and the process whose CPU it costs. */
export async function contestants(server, directory) {
  return [
    { name: "direct", url: server.url, pid: undefined, stop: async () => {} },
    await pgbouncer(server, directory),
    await pipe(server),
    await custody(server, directory),
  ];
}

async function pgbouncer(server, directory) {
  const port = await freePort();
  const base = mkdtempSync(join(directory, "bench-pgbouncer-"));
  chmodSync(base, 0o755);
  const users = join(base, "users.txt");
  writeFileSync(users, `"postgres" "${server.password}"\n`, { mode: 0o644 });
  const settings = [
    `listen_addr = 127.0.0.1`,
    `listen_port = ${port}`,
    `auth_type = scram-sha-256`,
    `auth_file = ${users}`,
    `pool_mode = session`,
    `default_pool_size = 200`,
    `max_client_conn = 300`,
    `unix_socket_dir =`,
    `ignore_startup_parameters = extra_float_digits`,
  ];
  const config = join(base, "pgbouncer.ini");
  writeFileSync(
    config,
    `[databases]\nbench = host=127.0.0.1 port=${server.port} dbname=bench\n[pgbouncer]\n${settings.join("\n")}\n`,
    { mode: 0o644 },
  );
  const options = process.getuid?.() === 0 ? ["-u", "postgres"] : [];
  const child = spawn("pgbouncer", ["-q", ...options, config], { stdio: "ignore" });
  await reachable(port);
  return {
    name: "pgbouncer",
    url: server.url.replace(`:${server.port}/`, `:${port}/`),
    pid: child.pid,
    stop: () => ended(child, base),
  };
}

async function pipe(server) {
  const port = await freePort();
  const child = spawn(process.execPath, [join(here, "pipe.mjs"), String(port), String(server.port)], {
    stdio: "ignore",
  });
  await reachable(port);
  return {
    name: "bare Node pipe",
    url: server.url.replace(`:${server.port}/`, `:${port}/`),
    pid: child.pid,
    stop: () => ended(child),
  };
}

/** The real command, with a real ledger: what users run. In `production` the rows of writes are limited. */
export async function custody(server, directory, environment = "development") {
  const base = mkdtempSync(join(directory, "bench-custody-"));
  mkdirSync(join(base, "data"));
  const target = `{ name: shop, kind: postgres, listen: '127.0.0.1:0', upstream: { env: BENCH_DATABASE_URL }, environment: ${environment} }`;
  writeFileSync(join(base, "custody.yaml"), `data: ./data\nlisten: 127.0.0.1:0\ntargets: [${target}]\n`);
  const options = { cwd: base, env: { ...process.env, BENCH_DATABASE_URL: server.url } };
  const child = spawn(process.execPath, [command, "up", "--json"], {
    ...options,
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ready = JSON.parse(
    await new Promise((resolve) => createInterface(child.stdout).once("line", resolve)),
  );
  const session = execFileSync(
    process.execPath,
    [command, "session", "new", "--agent", "bench", "--json"],
    options,
  );
  const { url } = JSON.parse(session.toString()).targets.shop;
  return { name: "custody", url, pid: child.pid, base, server: ready.server, stop: () => ended(child, base) };
}

async function ended(child, directory) {
  const closed = new Promise((resolve) => child.once("close", resolve));
  child.kill("SIGTERM");
  await closed;
  if (directory) rmSync(directory, { recursive: true, force: true });
}

/** A name for a file of this run that pgbench writes. */
export function logPrefix(directory, name) {
  return join(
    directory,
    `pgbench-${createHash("sha256").update(`${name}${process.hrtime.bigint()}`).digest("hex").slice(0, 8)}`,
  );
}

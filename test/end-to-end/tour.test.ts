import { type ChildProcess, execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { afterEach, expect, test } from "vitest";

const launcher = fileURLToPath(new URL("../../apps/cli/bin/custody.mjs", import.meta.url));
const folders: string[] = [];
const running = new Set<ChildProcess>();

interface Row {
  readonly type: string;
  readonly actor?: { readonly agent?: { readonly name: string } };
  readonly decision?: { readonly rule: string };
  readonly statement?: { readonly text: string; readonly parameters?: readonly object[] };
  readonly transaction?: { readonly outcome: string };
}

afterEach(() => {
  for (const child of running) child.kill("SIGKILL");
  running.clear();
  for (const folder of folders.splice(0)) {
    custody(folder, ["tour", "rm"]);
    rmSync(folder, { recursive: true, force: true });
  }
});

function newFolder(mode = 0o755): string {
  const folder = mkdtempSync(join(tmpdir(), "custody-e2e-tour-"));
  execFileSync("chmod", [mode.toString(8), folder]);
  folders.push(folder);
  return folder;
}

const environment = { PATH: process.env["PATH"], TMPDIR: process.env["TMPDIR"] };

function custody(cwd: string, args: readonly string[]): { code: number | null; out: string; err: string } {
  const done = spawnSync(process.execPath, [launcher, ...args], { cwd, encoding: "utf8", env: environment });
  return { code: done.status, err: done.stderr, out: done.stdout };
}

/** Starts `custody up` and waits for its first line. */
async function up(cwd: string): Promise<{ child: ChildProcess; ready: string; err: () => string }> {
  const child = spawn(process.execPath, [launcher, "up", "--listen", "127.0.0.1:0"], {
    cwd,
    env: environment,
  });
  running.add(child);
  let err = "";
  child.stderr.on("data", (chunk) => (err += chunk));
  const ended = once(child, "exit").then(() => Promise.reject(new Error(`custody up ended: ${err}`)));
  const [ready] = (await Promise.race([once(child.stdout, "data"), ended])) as [Buffer];
  ended.catch(() => {});
  return { child, err: () => err, ready: String(ready) };
}

async function stop(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
  const ended = once(child, "exit");
  child.kill(signal);
  running.delete(child);
  return (await ended)[0] as number | null;
}

function records(cwd: string): Row[] {
  const { out } = custody(cwd, ["log", "--json", "--limit", "100000"]);
  return out
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Row);
}

/** The servers on this folder's cluster, or on any of the tour's temporary ones, by their command lines. */
function servers(cwd: string): string[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ");
      } catch {
        return "";
      }
    })
    .filter((command) => command.includes(clusterOf(cwd)));
}

function clusterOf(cwd: string): string {
  const elsewhere = join(cwd, ".custody-tour/postgres.elsewhere");
  return existsSync(elsewhere) ? readFileSync(elsewhere, "utf8").trim() : join(cwd, ".custody-tour/postgres");
}

async function gone(cwd: string, cluster: string): Promise<void> {
  const deadline = Date.now() + 10_000;
  while (servers(cwd).length > 0 || (cluster !== clusterOf(cwd) && existsSync(cluster))) {
    if (Date.now() > deadline) throw new Error(`left behind: ${servers(cwd).join("; ")} ${cluster}`);
    await sleep(50);
  }
}

test("a newcomer sees an agent's work, and each start adds to it", async () => {
  const cwd = newFolder();
  const first = await up(cwd);
  expect(first.ready).toMatch(/^ready http:\/\/127\.0\.0\.1:\d+ shop=127\.0\.0\.1:\d+\n$/);
  expect(servers(cwd)).not.toEqual([]);

  const rows = records(cwd);
  const work = rows.filter(({ type }) => type.startsWith("db.statement."));
  expect(new Set(work.map(({ actor }) => actor?.agent?.name))).toEqual(new Set(["tour-agent"]));
  expect(
    rows.filter(({ type }) => type === "db.statement.denied").map(({ decision }) => decision?.rule),
  ).toEqual(["no-dropping-in-production", "builtin:server-programs"]);
  expect(work.filter(({ type }) => type === "db.statement.failed")).toHaveLength(1);
  const completed = work.filter(({ type }) => type === "db.statement.completed");
  expect(completed.some(({ statement }) => statement?.text.startsWith("DELETE FROM customers"))).toBe(true);
  expect(completed.some(({ statement }) => (statement?.parameters ?? []).length > 0)).toBe(true);
  expect(completed.map(({ transaction }) => transaction?.outcome)).toContain("rolled-back");
  expect(custody(cwd, ["verify", "--json"])).toMatchObject({
    code: 0,
    err: expect.stringContaining("this is about the tour"),
    out: expect.stringContaining('"ok":true'),
  });
  expect(existsSync(join(cwd, "custody-data"))).toBe(false);

  expect(custody(cwd, ["tour", "rm"])).toMatchObject({
    code: 2,
    err: expect.stringContaining("TOUR_RUNNING"),
  });
  expect(custody(cwd, ["up"])).toMatchObject({ code: 2, err: expect.stringContaining("TOUR_RUNNING") });
  expect(custody(cwd, ["session", "new", "--agent", "me"]).out).toContain("export SHOP_URL='postgres://");
  while (!first.err().includes("tour rm")) await sleep(20);
  expect(first.err()).toContain("A script acting as the agent `tour-agent`");
  // What is there is for trying out: nobody wants to keep its key.
  expect(first.err()).not.toMatch(/recovery copy/i);
  expect(custody(cwd, ["status"]).out).not.toContain("NO RECOVERY COPY");
  expect(await stop(first.child, "SIGINT")).toBe(0);
  expect(servers(cwd)).toEqual([]);

  // Killed without a word, and started at once, while the old server may still be ending.
  await stop((await up(cwd)).child, "SIGKILL");
  const third = await up(cwd);
  expect(records(cwd).filter(({ type }) => type === "db.statement.denied")).toHaveLength(6);
  await stop(third.child, "SIGKILL");
  await gone(cwd, clusterOf(cwd));
  expect(await stop((await up(cwd)).child, "SIGTERM")).toBe(0);

  expect(custody(cwd, ["tour", "rm", "--json"])).toMatchObject({
    code: 0,
    out: expect.stringContaining("true"),
  });
  expect(readdirSync(cwd)).toEqual([]);
  expect(custody(cwd, ["tour", "rm"])).toMatchObject({ code: 0, out: expect.stringContaining("no tour") });
}, 240_000);

test("where another user cannot reach, the cluster lies elsewhere, and goes with the tour", async () => {
  const cwd = newFolder(0o700);
  const first = await up(cwd);
  const cluster = clusterOf(cwd);
  expect(cluster.startsWith(cwd)).toBe(process.getuid?.() !== 0);
  await stop(first.child, "SIGKILL");
  await gone(cwd, cluster);
  const second = await up(cwd);
  expect(records(cwd).filter(({ type }) => type === "db.statement.denied")).toHaveLength(4);
  expect(await stop(second.child, "SIGTERM")).toBe(0);
  expect(custody(cwd, ["tour", "rm"]).code).toBe(0);
  expect(readdirSync(cwd)).toEqual([]);
}, 240_000);

test("a machine on which PostgreSQL cannot run is told so, and gets a running Custody", async () => {
  const cwd = newFolder();
  const child = spawn(process.execPath, [launcher, "up", "--listen", "127.0.0.1:0"], {
    cwd,
    env: { ...environment, TMPDIR: join(cwd, "missing") },
  });
  running.add(child);
  let err = "";
  child.stderr.on("data", (chunk) => (err += chunk));
  const [ready] = await once(child.stdout, "data");
  expect(String(ready)).toMatch(/^ready http:\/\/127\.0\.0\.1:\d+\n$/);
  expect(await stop(child, "SIGTERM")).toBe(0);
  expect(err).toContain("the tour has no database, because its PostgreSQL does not start: ENOENT");
  expect(err).toContain("custody guard");
  expect(err).not.toContain("tour-agent");
});

test("whoever has a configuration, or names a directory, gets no tour", async () => {
  const cwd = newFolder();
  const child = spawn(process.execPath, [launcher, "up", "--listen", "127.0.0.1:0"], {
    cwd,
    env: { ...environment, CUSTODY_HOME: join(cwd, "home") },
  });
  running.add(child);
  const [ready] = await once(child.stdout, "data");
  expect(String(ready)).toMatch(/^ready http:\/\/127\.0\.0\.1:\d+\n$/);
  await stop(child, "SIGTERM");
  writeFileSync(join(cwd, "custody.yaml"), "data: ./data\n");
  const configured = await up(cwd);
  expect(configured.ready).toMatch(/^ready http:\/\/127\.0\.0\.1:\d+\n$/);
  await stop(configured.child, "SIGTERM");
  expect(existsSync(join(cwd, ".custody-tour"))).toBe(false);
});

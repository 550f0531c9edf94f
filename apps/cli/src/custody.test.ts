import { type ChildProcess, execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { Client } from "pg";
import { afterAll, afterEach, beforeAll, describe, expect, inject, test } from "vitest";

/** The command as people run it: a process of its own, from the build. */
const launcher = fileURLToPath(new URL("../bin/custody.mjs", import.meta.url));
const compiler = join(dirname(createRequire(import.meta.url).resolve("typescript/package.json")), "bin/tsc");
const running = new Set<ChildProcess>();
let folder = "";

beforeAll(() => {
  execFileSync(process.execPath, [compiler, "--build", dirname(dirname(launcher))]);
  folder = mkdtempSync(join(tmpdir(), "custody-cli-"));
}, 240_000);
afterEach(async () => {
  for (const child of running) await stop(child, "SIGKILL");
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const variables = (more: Record<string, string> = {}) => ({ PATH: process.env["PATH"], ...more });

function custody(args: readonly string[], more: { cwd?: string; env?: Record<string, string> } = {}) {
  const { status, stderr, stdout } = spawnSync(process.execPath, [launcher, ...args], {
    cwd: more.cwd ?? folder,
    encoding: "utf8",
    env: variables(more.env),
  });
  return { code: status, err: stderr, out: stdout };
}

const json = (args: readonly string[], cwd?: string) => {
  const { code, err, out } = custody([...args, "--json"], cwd === undefined ? {} : { cwd });
  expect(err, err).not.toContain("internal error");
  return {
    code,
    lines: out
      .trimEnd()
      .split("\n")
      .filter(Boolean)
      .map((line) => JSON.parse(line)),
  };
};

/** Without a configuration a data directory is named, because `up` by itself would be a tour. */
function upArguments(cwd: string): string[] {
  const named = existsSync(join(cwd, "custody.yaml")) ? [] : ["--data", "custody-data"];
  return ["up", ...named, "--listen", "127.0.0.1:0"];
}

async function up(cwd: string, env: Record<string, string> = {}) {
  const child = spawn(process.execPath, [launcher, ...upArguments(cwd), "--json"], {
    cwd,
    env: variables(env),
  });
  running.add(child);
  let out = "";
  let err = "";
  child.stdout.on("data", (data) => (out += data));
  child.stderr.on("data", (data) => (err += data));
  while (!out.includes("\n")) {
    if (child.exitCode !== null) throw new Error(`custody up ended: ${err}`);
    await sleep(20);
  }
  return { child, ready: JSON.parse(out), stderr: () => err };
}

async function stop(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
  running.delete(child);
  if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
  const ended = once(child, "exit");
  child.kill(signal);
  return (await ended)[0] as number | null;
}

function newFolder(name: string, configuration?: string): string {
  const path = mkdtempSync(join(folder, `${name}-`));
  if (configuration !== undefined) writeFileSync(join(path, "custody.yaml"), configuration);
  return path;
}

describe("without a database", () => {
  test("up needs no configuration, and leaves nothing behind but data", async () => {
    const cwd = newFolder("bare");
    const { child, ready, stderr } = await up(cwd);
    expect(ready).toEqual({
      ready: true,
      server: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
      targets: [],
      models: {},
    });
    const data = join(cwd, "custody-data");
    expect(statSync(join(data, "local.token")).mode & 0o777).toBe(0o600);
    expect(JSON.parse(readFileSync(join(data, "server.json"), "utf8"))).toEqual({
      pid: child.pid,
      url: ready.server,
    });
    expect(json(["status"], cwd).lines[0]).toMatchObject({
      connections: 0,
      ledger: { failure: null },
      targets: [],
    });

    const second = custody(upArguments(cwd), { cwd });
    expect(second.code).toBe(2);
    expect(second.err).toMatch(/^custody: another process is writing .*\(LEDGER_LOCKED\)\n$/);

    expect(await stop(child, "SIGTERM")).toBe(0);
    expect(stderr()).toContain("no custody.yaml here");
    expect(existsSync(join(data, "server.json"))).toBe(false);
    expect(custody(["status"], { cwd })).toMatchObject({
      code: 2,
      err: expect.stringContaining("no server runs"),
    });
  });

  test("the ready line begins as scripts expect", async () => {
    const cwd = newFolder("line");
    const child = spawn(process.execPath, [launcher, ...upArguments(cwd)], {
      cwd,
      env: variables(),
    });
    running.add(child);
    const [first] = await once(child.stdout, "data");
    expect(String(first)).toMatch(/^ready http:\/\/127\.0\.0\.1:\d+\n$/);
    expect(await stop(child, "SIGINT")).toBe(0);
  });

  test("a data directory that cannot be used is named, with code 2", async () => {
    const cwd = newFolder("refused");
    await stop((await up(cwd)).child, "SIGTERM");
    const damaged = (name: string, change: (path: string) => void) => {
      const path = join(cwd, name);
      cpSync(join(cwd, "custody-data"), path, {
        filter: (file) => !basename(file).startsWith("lock"),
        recursive: true,
      });
      change(path);
      return custody(["up", "--data", path, "--listen", "127.0.0.1:0"], { cwd });
    };
    const otherKey = damaged("other-key", (path) =>
      writeFileSync(join(path, "keys/master.key"), `${"ab".repeat(32)}\n`, { mode: 0o600 }),
    );
    expect(otherKey).toMatchObject({
      code: 2,
      err: expect.stringMatching(/^custody: .*\(MASTER_KEY_WRONG\)\n$/),
    });
    const noKey = damaged("no-key", (path) => rmSync(join(path, "keys/master.key")));
    expect(noKey).toMatchObject({ code: 2, err: expect.stringContaining("MASTER_KEY_MALFORMED") });
    const newer = damaged("newer", (path) => {
      const file = join(path, ".state/ledger.json");
      writeFileSync(file, readFileSync(file, "utf8").replace('"format":1', '"format":2'));
    });
    expect(newer).toMatchObject({ code: 2, err: expect.stringMatching(/FORMAT_NEWER/) });
  });

  test("a tampered ledger is found, and a kept checkpoint finds a shorter history", async () => {
    const cwd = newFolder("tampered");
    await stop((await up(cwd)).child, "SIGTERM");
    const data = join(cwd, "custody-data");
    writeFileSync(join(cwd, "kept"), readFileSync(join(data, "checkpoint")));
    expect(json(["verify", "--checkpoint", "kept"], cwd)).toEqual({
      code: 0,
      lines: [
        {
          ok: true,
          size: 5,
          root: expect.any(String),
          shredded: 0,
          findings: [],
          decrypted: true,
          erasures: [],
          timestamps: [],
        },
      ],
    });
    const { lines } = json(["log", "--limit", "1000"], cwd);
    expect(lines.map(({ index }) => index)).toEqual([0, 1, 2, 3, 4]);
    expect(lines.map(({ type }) => type)).toEqual([
      "key.created",
      "ledger.created",
      "ledger.opened",
      "policy.loaded",
      "ledger.closed",
    ]);
    const payload = join(data, "payload/000");
    const bytes = readFileSync(payload);
    bytes[bytes.length - 1]! ^= 1;
    writeFileSync(payload, bytes);
    const found = json(["verify"], cwd);
    expect(found.code).toBe(1);
    expect(found.lines[0].findings[0]).toEqual({
      code: "BLOCK_DAMAGED",
      file: "payload/000",
      index: expect.any(Number),
      message: expect.any(String),
    });
  });

  test.each([
    [["log", "--level", "loud"], "USAGE"],
    [["log", "--since", "yesterday"], "USAGE"],
    [["log", "--limit", "-1"], ""],
    [["show", "nonsense"], "USAGE"],
    [["frobnicate"], ""],
    [["session", "new"], "required option"],
    [["session", "new", "--agent", "x", "--ttl", "soon"], "USAGE"],
    [["verify", "--data", "not-there"], "FORMAT_UNKNOWN"],
    [["check", "not-there", "--key", "a+b+c"], "FILE_UNUSABLE"],
    [["up", "--config", "not-there.yaml"], "CONFIG_INVALID"],
    [["up", "--listen", "nowhere"], "USAGE"],
  ])("%j is refused with code 2 and no stack trace", async (args, code) => {
    const cwd = newFolder("usage");
    if (args[0] === "log" || args[0] === "show") await stop((await up(cwd)).child, "SIGTERM");
    const refused = custody(args, { cwd });
    expect(refused.code).toBe(2);
    expect(refused.err).toContain(code);
    expect(refused.err).not.toMatch(/\n\s+at /);
  });

  test("every command has help with an example", () => {
    const commands = [
      "up",
      "guard",
      "session new",
      "log",
      "show",
      "export",
      "verify",
      "prove",
      "check",
      "keys verifier",
      "keys export",
      "keys restore",
      "status",
      "tour rm",
      "target list",
      "target pin",
      "backup",
      "recover",
      "config check",
      "config reload",
      "service install",
      "service uninstall",
      "doctor",
      "index rebuild",
      "index status",
    ];
    for (const command of commands) {
      const { code, out } = custody([...command.split(" "), "--help"]);
      expect(code).toBe(0);
      expect(out).toContain(`$ custody ${command}`);
    }
    expect(custody(["--version"])).toMatchObject({ code: 0, out: "0.1.0\n" });
  });
});

describe("in front of a database", () => {
  const configuration = `
targets:
  - name: shop
    kind: postgres
    listen: 127.0.0.1:0
    upstream: { env: SHOP_DATABASE_URL }
    environment: development
`;

  async function upWithDatabase(cwd: string) {
    const { port, error } = inject("postgres");
    if (error !== undefined) throw new Error(error);
    return up(cwd, { SHOP_DATABASE_URL: `postgres://postgres:custody@127.0.0.1:${port}/postgres` });
  }

  test("an agent works, and everything it did can be shown, proved and checked", async () => {
    const cwd = newFolder("shop", configuration);
    const { child, ready } = await upWithDatabase(cwd);
    expect(ready.targets).toEqual([{ name: "shop", listen: expect.stringMatching(/^127\.0\.0\.1:\d+$/) }]);
    const session = json(["session", "new", "--agent", "robot\u202e", "--ttl", "1h"], cwd).lines[0];
    const { url } = session.targets.shop;
    expect(session).toEqual({
      agent: "robot\u202e",
      env: { SHOP_DATABASE_URL: url },
      expires: expect.stringMatching(/Z$/),
      hooks: {},
      mcp: {},
      models: {},
      project: "default",
      session: expect.stringMatching(/^[0-9a-f-]{36}$/),
      targets: { shop: { kind: "postgres", url } },
    });
    expect(url).toMatch(
      new RegExp(`^postgres://${session.session}:[A-Za-z0-9_-]{43}@${ready.targets[0].listen}/postgres$`),
    );

    const client = new Client({ connectionString: url });
    await client.connect();
    const { rows } = await client.query("SELECT 'x\u202ey' AS hidden");
    expect(rows).toEqual([{ hidden: "x\u202ey" }]);
    await client.end();

    const { lines } = json(["log", "--session", session.session, "--type", "db.statement"], cwd);
    expect(lines.map(({ type }) => type)).toEqual(["db.statement.requested", "db.statement.completed"]);
    const [requested, completed] = lines;
    expect(completed).toMatchObject({
      action: requested.action,
      actor: { agent: { name: "robot\u202e" }, human: { name: "local operator" } },
      project: "default",
      source: { kind: "gateway", vantage: "observed", version: "0.1.0" },
      target: { environment: "development", kind: "postgres", name: "shop" },
    });
    const screen = custody(["log"], { cwd }).out + custody(["show", requested.action], { cwd }).out;
    expect(screen).toContain("x\\u{202e}y");
    expect(screen).not.toContain("\u202e");
    expect(
      json(["log", "--search", "hidden", "--level", "info", "--target", "shop", "--since", "1h"], cwd).lines,
    ).toHaveLength(2);
    expect(json(["log", "--target", "other"], cwd).lines).toEqual([]);

    const proved = json(["prove", requested.action, "-o", "receipt"], cwd);
    expect(proved.lines).toEqual([{ file: "receipt", index: completed.index }]);
    const shown = json(["show", completed.id], cwd).lines[0];
    expect(shown.records.map(({ id }: { id: string }) => id)).toEqual([requested.id, completed.id]);
    expect(shown.proofs[1]).toEqual({
      checkpointSize: expect.any(Number),
      covered: true,
      index: completed.index,
    });
    const key = custody(["keys", "verifier"], { cwd }).out.trim();
    const elsewhere = newFolder("elsewhere");
    cpSync(join(cwd, "receipt"), join(elsewhere, "receipt"));
    expect(json(["check", "receipt", "--key", key], elsewhere)).toEqual({
      code: 0,
      lines: [
        {
          index: completed.index,
          ok: true,
          origin: key.split("+")[0],
          size: expect.any(Number),
          time: expect.any(String),
          type: "db.statement.completed",
        },
      ],
    });
    const receipt = readFileSync(join(elsewhere, "receipt"), "utf8");
    writeFileSync(
      join(elsewhere, "receipt"),
      receipt.replace(`index ${completed.index}`, `index ${completed.index - 1}`),
    );
    expect(json(["check", "receipt", "--key", key], elsewhere)).toMatchObject({
      code: 1,
      lines: [{ ok: false }],
    });

    expect(json(["verify"], cwd)).toMatchObject({ code: 0, lines: [{ findings: [], ok: true }] });
    expect(custody(["show", "019aa1f2-6f1d-7c31-9a52-0d6f2b1c7e44"], { cwd })).toMatchObject({
      code: 1,
      err: expect.stringContaining("NOT_FOUND"),
    });
    const refused = custody(["session", "new", "--agent", "x", "--project", "other"], { cwd });
    expect(refused).toMatchObject({ code: 1, err: expect.stringContaining("SERVER_REFUSED") });
    expect(await stop(child, "SIGTERM")).toBe(0);
  }, 60_000);

  test("a killed process leaves a statement unknown, and the session works on", async () => {
    const cwd = newFolder("killed", configuration);
    const first = await upWithDatabase(cwd);
    const session = json(["session", "new", "--agent", "robot"], cwd).lines[0];
    const client = new Client({ connectionString: session.targets.shop.url });
    client.on("error", () => {});
    await client.connect();
    const sleeping = client.query("SELECT pg_sleep(20)").catch((error: Error) => error);
    const requested = () => json(["log", "--type", "db.statement.requested"], cwd).lines;
    while (requested().length === 0) await sleep(50);
    await stop(first.child, "SIGKILL");
    await sleeping;

    const second = await upWithDatabase(cwd);
    const url = session.targets.shop.url.replace(
      first.ready.targets[0].listen,
      second.ready.targets[0].listen,
    );
    const again = new Client({ connectionString: url });
    await again.connect();
    await again.query("SELECT 1");
    await again.end();
    const [unknown, ...rest] = json(["log", "--type", "db.statement.unknown"], cwd).lines;
    expect(rest).toEqual([]);
    expect(unknown).toMatchObject({
      action: requested()[0].action,
      level: "error",
      session: session.session,
    });
    expect(json(["verify"], cwd)).toMatchObject({ code: 0, lines: [{ findings: [], ok: true }] });
    expect(await stop(second.child, "SIGTERM")).toBe(0);
  }, 60_000);
});

import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Client } from "pg";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { findFreePort } from "../../apps/cli/src/local-postgres/free-port.ts";
import { type PostgresServer, startPostgres } from "../postgres/server.ts";
import { createDatabase, sharedPostgres } from "../postgres/shared.ts";

const launcher = fileURLToPath(new URL("../../apps/cli/bin/custody.mjs", import.meta.url));
let database: Awaited<ReturnType<typeof createDatabase>>;
let cwd = "";
const running = new Set<ChildProcess>();

/** A name that needs no work, so that the target is called the same; and a secret that can be looked for. */
const secret = "s3cret:with@signs";
const role = `guard_${process.pid}`;

beforeAll(async () => {
  database = await createDatabase(`shop_${process.pid}`);
  await asSuperuser(`CREATE ROLE ${role} LOGIN PASSWORD '${secret}'`);
});
afterAll(async () => {
  await database.drop();
  await asSuperuser(`DROP ROLE ${role}`);
});
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), "custody-e2e-guard-"));
});
afterEach(() => {
  for (const child of running) child.kill("SIGKILL");
  running.clear();
  rmSync(cwd, { force: true, recursive: true });
});

async function asSuperuser(sql: string): Promise<void> {
  const client = new Client({ connectionString: sharedPostgres().url() });
  await client.connect();
  await client.query(sql);
  await client.end();
}

function url(more: { password?: string; name?: string; port?: number } = {}): string {
  const { name = database.name, password = secret, port = sharedPostgres().port } = more;
  return `postgres://${role}:${encodeURIComponent(password)}@127.0.0.1:${port}/${name}`;
}

function guard(address: string, args: readonly string[] = [], env: Record<string, string> = {}) {
  const { status, stderr, stdout } = spawnSync(process.execPath, [launcher, "guard", address, ...args], {
    cwd,
    encoding: "utf8",
    env: { PATH: process.env["PATH"], ...env },
  });
  for (const password of [secret, encodeURIComponent(secret)]) {
    expect(stdout + stderr).not.toContain(password);
    if (existsSync(join(cwd, "custody.yaml"))) expect(yaml()).not.toContain(password);
  }
  return { code: status, err: stderr, out: stdout };
}

const yaml = () => readFileSync(join(cwd, "custody.yaml"), "utf8");

test("a database is put into a new file under the variable that has its address, and can be used at once", async () => {
  // Other tests try the usual ports at the same time.
  const listen = `127.0.0.1:${await findFreePort()}`;
  const guarded = guard(url(), ["--json", "--listen", listen], { PGPASSWORD: "wrong", SHOP_URL: url() });
  expect(guarded.err).toBe("");
  const answer = JSON.parse(guarded.out);
  expect(answer).toEqual({
    environment: "development",
    file: join(cwd, "custody.yaml"),
    kind: "postgres",
    listen,
    next: ["custody up", "custody session new --agent NAME"],
    notes: [],
    server: { tls: false, version: expect.stringMatching(/^\d+/) },
    target: database.name,
    upstream: { env: "SHOP_URL" },
    url: `postgres://${listen}/${database.name}`,
  });
  const again = guard(url(), [], { SHOP_URL: url() });
  expect(again).toMatchObject({ code: 1, err: expect.stringContaining("(ALREADY_GUARDED)") });

  const env = { PATH: process.env["PATH"], SHOP_URL: url() };
  const child = spawn(process.execPath, [launcher, "up", "--listen", "127.0.0.1:0"], { cwd, env });
  running.add(child);
  expect(String((await once(child.stdout, "data"))[0])).toMatch(/^ready http:/);
  const session = spawnSync(process.execPath, [launcher, "session", "new", "--agent", "me", "--json"], {
    cwd,
    encoding: "utf8",
    env,
  });
  const client = new Client({ connectionString: JSON.parse(session.stdout).env.SHOP_URL });
  await client.connect();
  expect((await client.query("SELECT current_user AS me")).rows).toEqual([{ me: role }]);
  await client.end();
  expect(guard(answer.url.replace("//", "//a:b@"))).toMatchObject({
    code: 2,
    err: expect.stringContaining("Custody's own address"),
  });
  expect(guard(sharedPostgres().url(), ["--name", "other"]).out).toContain("custody config reload");
  child.kill("SIGTERM");
  await once(child, "exit");
});

test("a variable that is not set is recognised", () => {
  const empty = guard("", ["--json"]);
  expect(empty).toMatchObject({ code: 2, err: expect.stringContaining("is the variable set?") });
  expect(readdirSync(cwd)).toEqual([]);
});

test("without a variable it says how to set one, and what stood in the file stays", () => {
  writeFileSync(join(cwd, "custody.yaml"), "# ours\ntargets: []\n");
  const { code, out } = guard(url(), ["--environment", "staging", "--name", "mine"]);
  expect(code).toBe(0);
  expect(out).toContain(`export MINE_DATABASE_URL='postgres://${role}:***@127.0.0.1`);
  expect(out).toContain("MINE_DATABASE_URL where Custody runs");
  expect(yaml()).toMatch(
    /^# ours\ntargets:\n {2}- name: mine\n {4}kind: postgres\n {4}listen: 127\.0\.0\.1:6\d{3}\n/,
  );
  expect(yaml()).toContain("upstream: { env: MINE_DATABASE_URL }\n    environment: staging\n");
});

test("--save-secret keeps the address in a file of its own, for nobody else and not for git", () => {
  expect(guard(url(), ["--save-secret", "--name", "shop"]).code).toBe(0);
  const file = join(cwd, "secrets/shop.url");
  expect(readFileSync(file, "utf8")).toBe(`${url()}\n`);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(readFileSync(join(cwd, "secrets/.gitignore"), "utf8")).toBe("*\n");
  expect(yaml()).toContain("upstream: { file: ./secrets/shop.url }");
  expect(guard(url())).toMatchObject({ code: 1, err: expect.stringContaining("(ALREADY_GUARDED)") });
});

test.each<[what: string, address: () => string, args: string[], code: number, says: string]>([
  ["a wrong password", () => url({ password: "wrong" }), [], 1, "does not take this password"],
  ["no password", () => url().replace(/:[^:@]*@/, "@"), [], 1, "asks for a password"],
  ["no such database", () => url({ name: "nothing" }), [], 1, 'has no database "nothing"'],
  ["a port with nothing behind it", () => url({ port: 1 }), [], 2, "nothing listens at 127.0.0.1:1"],
  [
    "a host that nobody knows",
    () => "postgres://a:b@nowhere.invalid/c",
    [],
    2,
    "nowhere.invalid is not known",
  ],
  ["another database system", () => "mysql://root:secret@127.0.0.1/shop", [], 2, "mysql: cannot be guarded"],
  ["what is no address", () => "shop", [], 2, "UPSTREAM_URL_INVALID"],
  ["a name that is none", () => url(), ["--name", "My Shop"], 2, "--name My Shop is no name"],
  ["an unknown environment", () => url(), ["--environment", "prod"], 2, "--environment prod is none"],
  ["a port of zero", () => url(), ["--listen", "127.0.0.1:0"], 2, "--listen 127.0.0.1:0 is no address"],
])("%s is refused, and nothing is written", (_, address, args, code, says) => {
  const refused = guard(address(), args);
  expect(refused.err).toContain(says);
  expect(refused.code).toBe(code);
  expect(readdirSync(cwd)).toEqual([]);
});

test("a database elsewhere counts as production, and can be put in unasked", () => {
  const { code, out } = guard("postgres://app@db.example.com/shop", ["--no-connect"]);
  expect(code).toBe(0);
  expect(out).toContain("not asked");
  expect(out).toContain("sslmode=verify-full");
  expect(yaml()).toContain("environment: production");
  // The variable is not set, so nobody can tell whether this is another one.
  expect(guard("postgres://app@db.example.com/shop", ["--no-connect"])).toMatchObject({
    code: 1,
    err: expect.stringContaining("(ALREADY_GUARDED)"),
  });
});

test("a server that wants encryption, and one that is no PostgreSQL, are told apart", async () => {
  const servers: (PostgresServer | Server)[] = [];
  try {
    const strict = await startPostgres();
    servers.push(strict);
    writeFileSync(join(strict.dataDir, "pg_hba.conf"), "hostssl all all 127.0.0.1/32 scram-sha-256\n");
    const client = new Client({ connectionString: strict.url() });
    await client.connect();
    await client.query("SELECT pg_reload_conf()");
    await client.end();
    const refused = guard(strict.url());
    expect(refused).toMatchObject({ code: 1, err: expect.stringContaining("only encrypted connections") });

    const web = createServer((socket) => {
      socket.on("error", () => {});
      socket.end("HTTP/1.1 400 Bad Request\r\n\r\n");
    });
    servers.push(web);
    web.listen(0, "127.0.0.1");
    await once(web, "listening");
    const { port } = web.address() as { port: number };
    const child = spawn(process.execPath, [launcher, "guard", url({ port })], { cwd });
    let err = "";
    child.stderr.on("data", (chunk) => (err += chunk));
    expect((await once(child, "close"))[0]).toBe(2);
    expect(err).toContain("is no PostgreSQL");
  } finally {
    for (const server of servers) await ("stop" in server ? server.stop() : server.close());
  }
});

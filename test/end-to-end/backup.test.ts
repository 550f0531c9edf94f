import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client } from "pg";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createDatabase } from "../postgres/shared.ts";
import { Custody } from "./custody-process.ts";

let database: Awaited<ReturnType<typeof createDatabase>>;
let custody: Custody;
let folder: string;

beforeEach(async () => {
  database = await createDatabase();
  custody = new Custody(database.url);
  folder = mkdtempSync(join(tmpdir(), "custody-backup-"));
});
afterEach(async () => {
  await custody.remove();
  await database.drop();
  rmSync(folder, { recursive: true, force: true });
});

const sizeIn = (text: string) => (JSON.parse(text) as { ledger: { size: number } }).ledger.size;

test("a backup under load verifies, and has what was acknowledged before it began", {
  timeout: 240_000,
}, async () => {
  await custody.start();
  const clients = await Promise.all(
    Array.from({ length: 4 }, async () => {
      const client = new Client({ connectionString: await custody.sessionUrl() });
      await client.connect();
      return client;
    }),
  );
  await clients[0]?.query("CREATE TABLE t (id int)");
  let isOver = false;
  let written = 0;
  const load = clients.map(async (client) => {
    while (!isOver) {
      written += 1;
      await client.query("INSERT INTO t VALUES ($1)", [written]);
    }
  });
  await new Promise((resolve) => setTimeout(resolve, 1500));
  const before = sizeIn((await custody.run("status", "--json")).stdout);
  const to = join(folder, "copy");
  const made = await custody.run("backup", to, "--with-key", "--json");
  const during = written;
  isOver = true;
  await Promise.all(load);
  await Promise.all(clients.map((client) => client.end()));
  expect(made.stderr).toContain("THE MASTER KEY IS IN THIS BACKUP");
  const said = JSON.parse(made.stdout) as { ok: boolean; size: number; root: string };
  expect(said).toMatchObject({ ok: true, withKey: true });
  expect(said.size).toBeGreaterThanOrEqual(before);
  expect(during).toBeGreaterThan(50);

  const verified = await custody.run("verify", "--data", to, "--json");
  expect(JSON.parse(verified.stdout)).toMatchObject({ findings: [], root: said.root, size: said.size });
  const manifest = JSON.parse(readFileSync(join(to, "backup.json"), "utf8"));
  expect(manifest).toMatchObject({ root: said.root, size: said.size, withKey: true });
  for (const { path, bytes } of manifest.files) expect(statSync(join(to, path)).size).toBe(bytes);
  expect(existsSync(join(to, "local.token"))).toBe(false);
  expect(existsSync(join(to, "config/custody.yaml"))).toBe(true);
  const original = await custody.run("log", "--json", "--limit", "100000000");
  const copied = await custody.run("log", "--json", "--limit", "100000000", "--data", to);
  expect(original.stdout.startsWith(copied.stdout)).toBe(true);

  const again = await custody.run("backup", to);
  expect(again).toMatchObject({ code: 2, stderr: expect.stringContaining("is not empty") });
});

test("a restored copy is refused until its loss is accepted, and then goes on", {
  timeout: 240_000,
}, async () => {
  await custody.start();
  expect(await custody.stop()).toBe(0);
  const to = join(folder, "copy");
  const made = await custody.run("backup", to);
  expect(made).toMatchObject({
    code: 0,
    stderr: expect.stringContaining("THE MASTER KEY IS NOT IN THIS BACKUP"),
  });
  // The machine is lost, but for the key that was kept apart.
  const key = readFileSync(join(custody.data, "keys/master.key"));
  rmSync(custody.data, { recursive: true });
  cpSync(to, custody.data, { recursive: true });
  writeFileSync(join(custody.data, "keys/master.key"), key, { mode: 0o600 });
  await expect(custody.start()).rejects.toThrow("LEDGER_IS_COPY");
  expect(await custody.run("recover", "--accept-loss")).toMatchObject({ code: 2 });
  const recovered = await custody.run("recover", "--accept-loss", "--reason", "fire", "--json");
  expect(JSON.parse(recovered.stdout)).toMatchObject({
    origin: expect.stringContaining("/restored-"),
    recovered: true,
  });
  await custody.start();
  expect(await custody.stop()).toBe(0);
  expect(await custody.run("verify", "--json")).toMatchObject({ code: 0 });
  expect(await custody.run("recover", "--accept-loss", "--reason", "x", "--json")).toMatchObject({
    stdout: '{"recovered":false}\n',
  });
  const { stdout } = await custody.run("keys", "verifier", "--all");
  expect(stdout.trimEnd().split("\n")).toHaveLength(2);
  const [record] = await custody.records<{ details: object; level: string }>("--type", "ledger.restored");
  expect(record).toMatchObject({ details: { reason: "fire" }, level: "critical" });
});

test("a backup that was broken off is not taken for one", { timeout: 240_000 }, async () => {
  await custody.start();
  await custody.stop();
  const to = join(folder, "copy");
  await custody.run("backup", to, "--with-key");
  rmSync(join(to, "backup.json"));
  const refused = await custody.run("recover", "--accept-loss", "--reason", "x", "--data", to);
  expect(refused).toMatchObject({ code: 2, stderr: expect.stringContaining("broken off") });
  const inside = await custody.run("backup", join(custody.data, "copy"));
  expect(inside).toMatchObject({ code: 2, stderr: expect.stringContaining("inside the data directory") });
});

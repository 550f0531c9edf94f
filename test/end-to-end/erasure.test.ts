import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Client } from "pg";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createDatabase } from "../postgres/shared.ts";
import { Custody } from "./custody-process.ts";

let database: Awaited<ReturnType<typeof createDatabase>>;
let custody: Custody;

const retention = [
  "retention:",
  "  classes:",
  "    - { name: short, types: [db.statement], keep: 1s }",
  "    - { name: long, types: [db.connection], keep: 400d }",
  "",
].join("\n");

beforeEach(async () => {
  database = await createDatabase();
});
afterEach(async () => {
  await custody.remove();
  await database.drop();
});

/** Runs statements in a session of its own, and tells the session's id. */
async function session(...statements: string[]): Promise<string> {
  const url = await custody.sessionUrl();
  const client = new Client({ connectionString: url });
  await client.connect();
  for (const statement of statements) await client.query(statement);
  await client.end();
  return new URL(url).username;
}

const json = <Shape>({ stdout }: { readonly stdout: string }) => JSON.parse(stdout) as Shape;
const texts = async () => JSON.stringify(await custody.records());

test("a shredded session is gone, who decided what stays, and the ledger still verifies, also against an old checkpoint", {
  timeout: 240_000,
}, async () => {
  custody = new Custody(database.url);
  await custody.start();
  const kept = await session("CREATE TABLE t (secret text)", "INSERT INTO t VALUES ('kept_marker')");
  const doomed = await session("INSERT INTO t VALUES ('doomed_marker')", "SELECT 'doomed_marker'");
  const receipt = await custody.run(
    "prove",
    json<{ index: number }>(
      await custody.run("log", "--json", "--session", doomed, "--limit", "1"),
    ).index.toString(),
  );
  const old = join(custody.directory, "old-checkpoint");
  writeFileSync(old, readFileSync(join(custody.data, "checkpoint")));
  expect(await texts()).toContain("doomed_marker");

  const would = json(await custody.run("shred", "--session", doomed, "--dry-run", "--json"));
  expect(would).toMatchObject({ dryRun: true, keys: 1 });
  const { hold } = json<{ hold: string }>(
    await custody.run("retention", "hold", "--session", doomed, "--reason", "case 7", "--json"),
  );
  const held = await custody.run("shred", "--session", doomed, "--reason", "asked for");
  expect(held.code).toBe(1);
  expect(held.stderr).toMatch(/hold .* forbids it \(case 7\)/);
  expect((await custody.run("retention", "release", hold, "--reason", "closed")).code).toBe(0);

  const shredded = await custody.run("shred", "--session", doomed, "--reason", "asked for", "--json");
  expect(shredded.code, shredded.stderr).toBe(0);
  expect(json(shredded)).toMatchObject({ keys: 1, purged: true, session: doomed });
  const after = await texts();
  expect(after).not.toContain("doomed_marker");
  expect(after).toContain("kept_marker");
  expect(after).toContain("session.started");
  for (const type of [
    "key.shred-ordered",
    "key.shred-completed",
    "retention.hold-placed",
    "retention.hold-released",
  ])
    expect(after).toContain(type);

  const report = json<{ ok: boolean; shredded: number }>(
    await custody.run("verify", "--json", "--checkpoint", old),
  );
  expect(report).toMatchObject({
    ok: true,
    findings: [],
    erasures: [{ rule: "custody shred", reason: "asked for", by: "local operator" }],
  });
  expect(report.shredded).toBeGreaterThan(3);
  const file = join(custody.directory, "receipt");
  writeFileSync(file, receipt.stdout);
  const verifier = (await custody.run("keys", "verifier")).stdout.trim();
  expect((await custody.run("check", file, "--key", verifier)).code).toBe(0);
  const again = await custody.run("shred", "--session", doomed, "--reason", "again");
  expect(again).toMatchObject({ code: 1, stderr: expect.stringContaining("it was shredded") });

  expect(json(await custody.run("keys", "rotate", "--json"))).toEqual({ generation: 2 });
  await session("SELECT 1");
  expect(await custody.stop()).toBe(0);
  expect(json(await custody.run("verify", "--json"))).toMatchObject({ ok: true, findings: [] });
  // Without a server the command opens the ledger by itself.
  const offline = await custody.run("shred", "--session", kept, "--reason", "both", "--json");
  expect(json(offline)).toMatchObject({ purged: true });
  await custody.start();
  expect(await texts()).not.toContain("kept_marker");
  expect(json(await custody.run("verify", "--json"))).toMatchObject({ ok: true, findings: [] });
});

test("what is older than its class is kept goes, and nothing else", { timeout: 240_000 }, async () => {
  custody = new Custody(database.url, retention);
  await custody.start();
  await session("SELECT 'read_marker'");
  await new Promise((resolve) => setTimeout(resolve, 1200));
  const shown = json<{ classes: { class: string; dueEntries: number; isConfigured: boolean }[] }>(
    await custody.run("retention", "show", "--json"),
  );
  const short = shown.classes.find((each) => each.class === "short");
  expect(short?.dueEntries).toBeGreaterThan(0);
  expect(json(await custody.run("retention", "apply", "--dry-run", "--json"))).toMatchObject({
    dryRun: true,
    keys: 1,
  });
  const applied = await custody.run("retention", "apply", "--json");
  expect(applied.code, applied.stderr).toBe(0);
  expect(json(applied)).toMatchObject({ keys: 1, purged: true });
  const after = await texts();
  expect(after).not.toContain("read_marker");
  expect(after).toContain("db.connection.opened");
  expect(json(await custody.run("verify", "--json"))).toMatchObject({ ok: true, findings: [] });
  expect((await custody.run("retention", "apply")).stdout).toContain("nothing is due");
  const unknown = await custody.run("retention", "apply", "--class", "nonesuch");
  expect(unknown).toMatchObject({ code: 1, stderr: expect.stringContaining("no retention class nonesuch") });
});

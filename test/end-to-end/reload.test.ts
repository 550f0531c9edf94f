import { appendFileSync, readFileSync, writeFileSync } from "node:fs";
import { userInfo } from "node:os";
import { join } from "node:path";
import { Client } from "pg";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createDatabase } from "../postgres/shared.ts";
import { Custody } from "./custody-process.ts";

let database: Awaited<ReturnType<typeof createDatabase>>;
let custody: Custody;

beforeEach(async () => {
  database = await createDatabase();
  custody = new Custody(database.url);
});
afterEach(async () => {
  await custody.remove();
  await database.drop();
});

const reload = async () => {
  const { stdout } = await custody.run("config", "reload", "--json");
  return JSON.parse(stdout) as Record<string, unknown>;
};

test("a running installation takes on another policy and target, or keeps all it had", {
  timeout: 240_000,
}, async () => {
  await custody.start();
  const client = new Client({ connectionString: await custody.sessionUrl() });
  client.on("error", () => {});
  await client.connect();
  await client.query("SELECT 1");
  const file = join(custody.directory, "custody.yaml");
  const text = readFileSync(file, "utf8");

  appendFileSync(file, "nonsense: true\n");
  expect(await reload()).toMatchObject({ code: "CONFIG_INVALID", ok: false });
  expect(await custody.run("config", "check")).toMatchObject({ code: 2 });
  expect((await client.query("SELECT 2 AS x")).rows).toEqual([{ x: 2 }]);

  const rules =
    "version: 1\nrules:\n  - name: no\n    effect: deny\n    match: { kind: read }\n    message: not now\n";
  writeFileSync(join(custody.directory, "policy.yaml"), rules);
  const more =
    "  - { name: more, kind: postgres, listen: '127.0.0.1:0', environment: staging, upstream: { env: SHOP_DATABASE_URL } }\n";
  writeFileSync(
    file,
    `${text}${more}policy: policy.yaml\n`.replace("listen: 127.0.0.1:0", "listen: 127.0.0.1:7999"),
  );
  const checked = await custody.run("config", "check", "--json");
  expect(JSON.parse(checked.stdout)).toMatchObject({
    ok: true,
    targets: [{ name: "shop" }, { name: "more", upstream: expect.not.stringContaining("@") }],
  });
  expect(await reload()).toMatchObject({ added: ["more"], needsRestart: ["listen"], ok: true, removed: [] });
  await expect(client.query("SELECT 3")).rejects.toThrow(/not now/);
  const { stdout } = await custody.run("session", "new", "--agent", "tester", "--json");
  expect(Object.keys(JSON.parse(stdout).targets)).toEqual(["shop", "more"]);
  await client.end();

  const records = await custody.records<{ type: string; details: object }>("--type", "config");
  expect(records).toMatchObject([
    { details: { code: "CONFIG_INVALID", digest: expect.any(String) }, type: "config.rejected" },
    { details: { added: ["more"], needsRestart: ["listen"] }, type: "config.reloaded" },
  ]);
  expect(await custody.records("--type", "policy.loaded")).toMatchObject([
    { details: { occasion: "start", origin: "built-in", presetTexts: expect.any(Array) } },
    { details: { by: userInfo().username, occasion: "reload", text: rules } },
  ]);
  expect(await custody.stop()).toBe(0);
});

test("below the limit nothing is forwarded, and a reload with a lower limit lifts that", {
  timeout: 240_000,
}, async () => {
  await custody.start();
  const client = new Client({ connectionString: await custody.sessionUrl() });
  client.on("error", () => {});
  await client.connect();
  const file = join(custody.directory, "custody.yaml");
  const text = readFileSync(file, "utf8");
  writeFileSync(file, `${text}disk: { stopBelow: 99% }\n`);
  expect(await reload()).toMatchObject({ ok: true });
  await expect(client.query("SELECT 1")).rejects.toMatchObject({
    code: "53100",
    message: expect.stringContaining("DISK_STOPPED"),
  });
  const another = new Client({ connectionString: client.host ? await urlOf() : "" });
  await expect(another.connect()).rejects.toMatchObject({ code: "53100" });
  expect(await custody.run("status")).toMatchObject({
    code: 1,
    stdout: expect.stringContaining("DISK_STOPPED"),
  });
  writeFileSync(file, `${text}disk: { stopBelow: 1MiB, warnBelow: 1MiB }\n`);
  await reload();
  expect((await client.query("SELECT 2 AS x")).rows).toEqual([{ x: 2 }]);
  await client.end();
  const records = await custody.records<{ type: string }>("--type", "disk");
  expect(records.map(({ type }) => type)).toEqual(["disk.stopped", "disk.recovered"]);

  function urlOf() {
    const { user, password, host, port, database: name } = client;
    return `postgres://${user}:${String(password)}@${host}:${port}/${name}`;
  }
});

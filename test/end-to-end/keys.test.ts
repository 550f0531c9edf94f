import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { type Kind, makeIdentity, type Place, placeOf } from "../keys/places.ts";
import { optional } from "../postgres/optional.ts";
import { Custody } from "./custody-process.ts";

/** Nothing is ever asked of it. */
const DATABASE = "postgres://nobody@127.0.0.1:3/none";

/** Each starts several processes. */
const timeout = 120_000;

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "custody-keys-"));
  onTestFinished(() => rmSync(folder, { force: true, recursive: true }));
  return folder;
}

async function custodyWith(yaml: string, variables: Place["variables"] = {}): Promise<Custody> {
  const custody = new Custody(DATABASE, `masterKey: ${yaml}\n`, variables);
  onTestFinished(() => custody.remove());
  return custody;
}

/** What `status --json` says of the key, and what all of it said, for a look at secrets. */
async function keyStatus(custody: Custody): Promise<Record<string, unknown>> {
  const { stdout } = await custody.run("status", "--json");
  return (JSON.parse(stdout) as { masterKey: Record<string, unknown> }).masterKey;
}

test.each<[Kind, string]>([
  ["vault", "vault transit/custody at 127.0.0.1:"],
  ["kms", "aws kms custody in eu-central-1"],
])(
  "with a key in %s everything runs, also while that does not answer any more",
  { timeout },
  async (kind, source) => {
    const place = await placeOf(kind, newFolder());
    const custody = await custodyWith(place.yaml, place.variables);
    const { server } = await custody.start();
    expect((await keyStatus(custody))["source"]).toContain(source);
    const token = readFileSync(join(custody.data, "local.token"), "utf8").trim();
    const ask = (path: string) =>
      fetch(`${server}${path}`, { headers: { authorization: `Bearer ${token}` } });
    expect(await (await ask("/api/records?view=records")).json()).toMatchObject({ size: expect.any(Number) });
    expect(await custody.run("verify")).toMatchObject({ code: 0 });
    expect((await custody.records()).length).toBeGreaterThan(0);

    await place.cutOff();
    const refused = await custody.run("log");
    expect(refused).toMatchObject({ code: 2, stderr: expect.stringContaining("MASTER_KEY_UNAVAILABLE") });
    // The server's process gets the key from the data path, so it comes back without anybody's help.
    for (const pid of serversOf(custody)) process.kill(pid, "SIGKILL");
    const status = () =>
      ask("/api/records?view=records").then(
        (answer) => answer.status,
        () => 0,
      );
    await expect.poll(status, { interval: 250, timeout: 30_000 }).toBe(200);
    expect(await custody.stop()).toBe(0);
    const again = await custody.start().catch((error: Error) => error);
    expect(String(again)).toContain("MASTER_KEY_UNAVAILABLE");
    const said = [refused.stderr, String(again), JSON.stringify(await custody.run("doctor", "--json"))].join(
      "\n",
    );
    for (const secret of place.secrets) expect(said).not.toContain(secret);
  },
);

/** The server's processes, whose parent is `custody up`. */
function serversOf(custody: Custody): number[] {
  const read = (pid: string, file: string) => {
    try {
      return readFileSync(`/proc/${pid}/${file}`, "utf8");
    } catch {
      return "";
    }
  };
  const found = readdirSync("/proc").filter((pid) => {
    // The name stands in brackets, and may have any characters in it.
    const [, parent] = read(pid, "stat").split(") ").at(-1)?.split(" ") ?? [];
    return Number(parent) === custody.pid && read(pid, "cmdline").includes("server-entry");
  });
  expect(found).toHaveLength(1);
  return found.map(Number);
}

test("a key that is exported from the running server puts back the lost one", {
  timeout,
}, async (context) => {
  const age = optional("age", context);
  const folder = newFolder();
  const custody = await custodyWith("{}");
  const { path, recipient } = await makeIdentity(folder, "recovery.txt");
  await custody.start();
  expect(await keyStatus(custody)).toMatchObject({ copiedAt: null, generation: 1, needsCopy: true });
  expect((await custody.run("status")).stdout).toContain("NO RECOVERY COPY");
  const made = await custody.run(
    "keys",
    "export",
    "--to",
    recipient,
    "-o",
    join(folder, "copy.age"),
    "--json",
  );
  expect(JSON.parse(made.stdout)).toMatchObject({ generation: 1, recipients: [recipient] });
  expect(await keyStatus(custody)).toMatchObject({ copiedAt: expect.any(String), needsCopy: false });
  expect(await custody.records("--type", "key.exported")).toHaveLength(1);

  // A rotation while it runs: the copy is of the former key, and everybody reads on.
  expect(await custody.run("keys", "rotate")).toMatchObject({ code: 0 });
  expect(await keyStatus(custody)).toMatchObject({ copiedAt: null, generation: 2, needsCopy: true });
  const drill = ["keys", "restore", join(folder, "copy.age"), "--identity", path, "--dry-run"];
  expect(await custody.run(...drill)).toMatchObject({
    code: 1,
    stderr: expect.stringContaining("RECOVERY_WRONG"),
  });
  const second = await custody.run("keys", "export", "--to", recipient, "-o", join(folder, "second.age"));
  expect(second).toMatchObject({ code: 0, stderr: expect.stringContaining("generation 2") });
  drill[2] = join(folder, "second.age");
  expect(await custody.run(...drill)).toMatchObject({ code: 0 });
  expect(await custody.stop()).toBe(0);

  rmSync(join(custody.data, "keys/master.key"));
  await expect(custody.start()).rejects.toThrow("MASTER_KEY_MALFORMED");
  // By hand first, as somebody would who has nothing but age; then by the command.
  const text = execFileSync(age, ["-d", "-i", path, join(folder, "second.age")], { encoding: "utf8" });
  const key = /^key ([0-9a-f]{64})$/m.exec(text)?.[1];
  writeFileSync(join(custody.data, "keys/master.key"), `${key}\n`, { mode: 0o600 });
  expect(await custody.run("verify")).toMatchObject({ code: 0 });
  rmSync(join(custody.data, "keys/master.key"));
  expect(await custody.run(...drill.slice(0, -1))).toMatchObject({ code: 0 });
  await custody.start();
  expect(await custody.stop()).toBe(0);
  expect(await custody.run("verify")).toMatchObject({ code: 0 });
});

test("the first start without a recovery copy says so loudly, and a ledger that wants one starts only once", {
  timeout,
}, async () => {
  const folder = newFolder();
  const custody = await custodyWith("{ requireRecovery: true }");
  await custody.start();
  expect(await custody.stop()).toBe(0);
  expect(custody.said).toContain("THERE IS NO RECOVERY COPY OF THE MASTER KEY (generation 1)");
  await expect(custody.start()).rejects.toThrow(/RECOVERY_MISSING/);
  const { recipient } = await makeIdentity(folder, "recovery.txt");
  expect(
    await custody.run("keys", "export", "--to", recipient, "-o", join(folder, "copy.age")),
  ).toMatchObject({
    code: 0,
  });
  await custody.start();
  expect(await custody.stop()).toBe(0);
  expect(custody.said).not.toContain("RECOVERY COPY");
});

test("a recipient at the first start is enough, and its copy comes along with backups", {
  timeout,
}, async () => {
  const folder = newFolder();
  const custody = await custodyWith("{ requireRecovery: true }");
  const { path, recipient } = await makeIdentity(folder, "recovery.txt");
  await custody.start("--recovery-recipient", recipient);
  expect(await keyStatus(custody)).toMatchObject({ copiedAt: expect.any(String), needsCopy: false });
  expect(custody.said).not.toContain("THERE IS NO RECOVERY COPY");
  expect(await custody.records("--type", "key.exported")).toMatchObject([
    { details: { by: "custody.yaml" } },
  ]);
  const to = join(folder, "backup");
  expect(await custody.run("backup", to)).toMatchObject({ code: 0 });
  expect(await custody.stop()).toBe(0);
  expect(existsSync(join(to, "keys/master.key"))).toBe(false);
  const copy = join(to, "recovery/generation-1.age");
  expect(await custody.run("keys", "restore", copy, "--identity", path, "--data", to)).toMatchObject({
    code: 0,
  });
  expect((await custody.run("verify", "--data", to, "--json")).stdout).toContain('"decrypted":true');
  await custody.start();
});

test("whoever says that no copy is needed is not reminded", { timeout }, async () => {
  const custody = await custodyWith("{ requireRecovery: false }");
  await custody.start();
  expect(await keyStatus(custody)).toMatchObject({ copiedAt: null, needsCopy: false });
  expect(custody.said).not.toContain("RECOVERY");
});

import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { AuditRecord } from "@custody/domain";
import { expect, onTestFinished, type TestContext, test, vi } from "vitest";
import { S3Double } from "../../packages/anchors/src/testing/s3-double.ts";
import { Custody } from "../end-to-end/custody-process.ts";
import { optional } from "../postgres/optional.ts";

/** Several processes start in this. */
vi.setConfig({ testTimeout: 240_000 });

/** Custody with a folder, a repository that is pushed, and a bucket, each of which gets checkpoints every second. */
async function anchored(context: TestContext) {
  const git = optional("git", context);
  const bucket = await new S3Double().start();
  process.env["CHECKPOINTS_KEY_ID"] = bucket.accessKeyId;
  process.env["CHECKPOINTS_SECRET"] = bucket.secretAccessKey;
  onTestFinished(() => {
    delete process.env["CHECKPOINTS_KEY_ID"];
    delete process.env["CHECKPOINTS_SECRET"];
  });
  const custody = new Custody(
    "postgres://nobody@127.0.0.1:1/none",
    `anchors:
  - { git: ./repository, remote: origin, every: 1s }
  - { file: ./mount, every: 1s }
  - s3:
      bucket: ${bucket.bucket}
      endpoint: ${bucket.endpoint}
      region: ${bucket.region}
      prefix: copies
      accessKeyId: { env: CHECKPOINTS_KEY_ID }
      secretAccessKey: { env: CHECKPOINTS_SECRET }
    every: 1s
`,
  );
  onTestFinished(() => custody.remove());
  const [mount, remote, repository] = ["mount", "remote.git", "repository"].map((name) =>
    join(custody.directory, name),
  );
  mkdirSync(mount as string);
  const run = (...args: string[]) => execFileSync(git, args, { encoding: "utf8", stdio: "pipe" });
  run("init", "--quiet", "--bare", remote as string);
  run("init", "--quiet", repository as string);
  run("-C", repository as string, "remote", "add", "origin", remote as string);
  const held = () => ({
    file: readdirSync(mount as string, { recursive: true }).map(String),
    git: run("-C", remote as string, "ls-tree", "-r", "--name-only", "custody")
      .trim()
      .split("\n"),
    s3: [...bucket.objects.keys()],
  });
  /** Until each place has what covers all that is recorded by now, but for the records about that. */
  const kept = async (): Promise<void> => {
    const { size } = JSON.parse((await custody.run("status", "--json")).stdout).ledger;
    const isNewer = (path: string) => Number(/(\d+)\.checkpoint$/.exec(path)?.[1]) >= size;
    await vi.waitFor(
      () => {
        for (const paths of Object.values(held())) expect(paths.some(isNewer)).toBe(true);
      },
      { interval: 200, timeout: 90_000 },
    );
  };
  return { bucket, custody, held, kept, mount: mount as string };
}

test("a history that was rewritten with every key is found by each place, and nothing there is lost", async (context) => {
  const { bucket, custody, held, kept, mount } = await anchored(context);
  await custody.start();
  await custody.stop();
  const before = join(custody.directory, "before");
  cpSync(custody.data, before, { recursive: true });
  await custody.start();
  await custody.sessionUrl();
  await kept();
  const status = (await custody.run("status")).stdout;
  for (const kind of ["git", "file", "s3"])
    expect(status).toMatch(new RegExp(`${kind} \\S+( \\(origin\\))?: \\d+ entries at `));
  expect(status).not.toContain("tamper-detecting only");
  const records = await custody.records<AuditRecord>("--type", "checkpoint");
  expect(records.map(({ details }) => details?.["kind"]).sort()).toEqual(["file", "git", "s3"]);
  await custody.stop();
  expect(JSON.stringify(await custody.records())).not.toContain(bucket.secretAccessKey);
  const told = held();
  const latest = join(mount, told.file.find((path) => path.endsWith("latest")) as string);
  expect((await custody.run("verify", "--checkpoint", latest)).code).toBe(0);

  rmSync(custody.data, { recursive: true });
  cpSync(before, custody.data, { recursive: true });
  rmSync(join(custody.data, "outside"), { force: true, recursive: true });
  expect((await custody.run("verify")).code).toBe(0);
  expect((await custody.run("verify", "--checkpoint", latest)).code).toBe(1);
  const note = readFileSync(latest, "utf8");
  await custody.start();
  const contradictions = await vi.waitFor(
    async () => {
      const found = await custody.records<AuditRecord>("--type", "checkpoint.contradicted");
      expect(found).toHaveLength(3);
      return found;
    },
    { interval: 500, timeout: 90_000 },
  );
  for (const { details, level } of contradictions)
    expect([level, details]).toMatchObject([
      "critical",
      { code: "PLACE_CONTRADICTED", evidence: expect.any(String) },
    ]);
  expect(
    (await custody.run("doctor")).stdout.match(/^fail {4}witness .*contradicts the ledger/gm),
  ).toHaveLength(3);
  await custody.stop();
  expect(held()).toEqual(told);
  expect(readFileSync(latest, "utf8")).toBe(note);
  const verified = await custody.run("verify", "--json");
  expect(verified.code).toBe(1);
  expect(JSON.parse(verified.stdout).findings[0].file).toMatch(/^outside\/contradictions\//);
});

test("what a place needs and is not there keeps Custody from starting, or is told by name", async (context) => {
  const { custody } = await anchored(context);
  delete process.env["CHECKPOINTS_SECRET"];
  const without = new Custody("postgres://nobody@127.0.0.1:1/none");
  onTestFinished(() => without.remove());
  cpSync(join(custody.directory, "custody.yaml"), join(without.directory, "custody.yaml"));
  const checked = await without.run("config", "check");
  expect(checked).toMatchObject({
    code: 2,
    stderr: expect.stringContaining(
      "anchors[2].s3.secretAccessKey: the environment variable CHECKPOINTS_SECRET is not set",
    ),
  });
  rmSync(join(custody.directory, "mount"), { recursive: true });
  writeFileSync(join(custody.directory, "mount"), "no folder");
  await custody.start();
  const { places } = await vi.waitFor(
    async () => {
      const { outside } = JSON.parse((await custody.run("status", "--json")).stdout);
      expect(
        outside.places.filter(({ failure, kept }: { failure: unknown; kept: unknown }) => failure ?? kept),
      ).toHaveLength(3);
      return outside;
    },
    { interval: 500, timeout: 90_000 },
  );
  expect(places.find(({ kind }: { kind: string }) => kind === "file").failure).toMatchObject({
    code: "PLACE_UNREACHABLE",
    isContradiction: false,
    message: expect.stringContaining("mount is not there"),
  });
});

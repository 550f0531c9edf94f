import { execFileSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, type TestContext, test } from "vitest";
import { optional } from "../../../../test/postgres/optional.ts";
import type { SignedCheckpoint } from "../place.ts";
import { temporaryDirectory } from "../testing/directory.ts";
import { GrowingLedger } from "../testing/growing-ledger.ts";
import { gitPlace } from "./git-place.ts";

const everyMs = 3_600_000;
const branch = "custody";
const searchPath = process.env["PATH"] ?? "";
const FOLDER = "log.example/shop";

/** A repository of the real program, and what it says. */
class Repository {
  readonly path: string;
  readonly #git: string;

  constructor(context: Pick<TestContext, "skip">, ...options: readonly string[]) {
    this.#git = optional("git", context);
    this.path = join(temporaryDirectory(), "repository");
    execFileSync(this.#git, ["init", "--quiet", "--initial-branch=main", ...options, this.path], {
      stdio: "pipe",
    });
  }

  git(...args: readonly string[]): string {
    const person = ["-c", "user.name=somebody", "-c", "user.email=somebody@example.org"];
    return execFileSync(this.#git, [...person, "-C", this.path, ...args], {
      encoding: "utf8",
      stdio: "pipe",
    }).trim();
  }

  /** Paths on a branch, with their text. */
  files(of = branch): Record<string, string> {
    const names = this.git("ls-tree", "-r", "--name-only", of).split("\n");
    return Object.fromEntries(
      names.map((name) => [name, `${this.git("cat-file", "blob", `${of}:${name}`)}\n`]),
    );
  }
}

function placeOf({ ledger, logKey }: GrowingLedger, repository: Repository, remote?: string) {
  const options = { repository: repository.path, branch, searchPath, everyMs, ledger, logKey };
  return gitPlace(remote === undefined ? options : { ...options, remote });
}

const fileOf = ({ note, size }: SignedCheckpoint) => ({ [`${FOLDER}/${size}.checkpoint`]: note });
const outcome = (kept: Promise<unknown>) =>
  kept.then(
    () => "kept",
    ({ code, message }) => `${code}: ${message}`,
  );

test("each checkpoint becomes a commit on a branch of its own, beside what somebody works on", async (context) => {
  const repository = new Repository(context);
  writeFileSync(join(repository.path, "work.txt"), "work");
  repository.git("add", "work.txt");
  repository.git("commit", "--quiet", "-m", "work");
  writeFileSync(join(repository.path, "work.txt"), "changed");
  repository.git("add", "work.txt");
  writeFileSync(join(repository.path, "new.txt"), "not added");
  const before = [repository.git("status", "--porcelain"), repository.git("rev-parse", "HEAD")];
  const ledger = await GrowingLedger.begin();
  const place = placeOf(ledger, repository);
  expect(place).toMatchObject({ everyMs, kind: "git", name: repository.path });
  const [first, second] = [ledger.grow(2), ledger.grow(300)];
  await place.keep(first);
  await place.keep(second);
  await place.keep(second);
  expect(repository.files()).toEqual({ ...fileOf(first), ...fileOf(second) });
  expect(repository.git("log", "--format=%an %s", branch).split("\n")).toEqual([
    `Custody log.example/shop: ${second.size} entries`,
    `Custody log.example/shop: ${first.size} entries`,
  ]);
  expect([repository.git("status", "--porcelain"), repository.git("rev-parse", "HEAD")]).toEqual(before);
  expect(repository.git("fsck", "--strict")).toBe("");
});

test("files that somebody else has put on the branch stay as they are", async (context) => {
  const repository = new Repository(context);
  repository.git("checkout", "--quiet", "--orphan", branch);
  writeFileSync(join(repository.path, "README"), "ours\n");
  repository.git("add", "README");
  repository.git("commit", "--quiet", "-m", "a note for people");
  const ledger = await GrowingLedger.begin();
  const checkpoint = ledger.grow(2);
  await placeOf(ledger, repository).keep(checkpoint);
  expect(repository.files()).toEqual({ README: "ours\n", ...fileOf(checkpoint) });
});

test("what the repository is set up to run is not run", async (context) => {
  const [repository, remote] = [new Repository(context), new Repository(context, "--bare")];
  const ran = join(temporaryDirectory(), "ran");
  const hooks = temporaryDirectory();
  for (const name of ["pre-push", "post-commit", "reference-transaction", "fsmonitor"]) {
    writeFileSync(join(hooks, name), `#!/bin/sh\necho ${name} >> ${ran}\n`);
    chmodSync(join(hooks, name), 0o755);
  }
  repository.git("config", "core.fsmonitor", join(hooks, "fsmonitor"));
  repository.git("config", "commit.gpgSign", "true");
  repository.git("config", "gpg.program", join(hooks, "post-commit"));
  repository.git("remote", "add", "origin", remote.path);
  repository.git("config", "core.hooksPath", hooks);
  const ledger = await GrowingLedger.begin();
  await placeOf(ledger, repository, "origin").keep(ledger.grow(1));
  expect(existsSync(ran)).toBe(false);
  expect(Object.keys(remote.files())).toHaveLength(1);
  // The trap works.
  repository.git("branch", "another", branch);
  expect(readFileSync(ran, "utf8")).toContain("reference-transaction");
});

test("with a remote each commit is pushed; a new repository goes on from there", async (context) => {
  const remote = new Repository(context, "--bare");
  const ledger = await GrowingLedger.begin();
  const checkpoints: SignedCheckpoint[] = [];
  for (const repository of [new Repository(context), new Repository(context)]) {
    repository.git("remote", "add", "offsite", remote.path);
    checkpoints.push(ledger.grow(2));
    const place = placeOf(ledger, repository, "offsite");
    expect(place.name).toBe(`${repository.path} (offsite)`);
    await place.keep(checkpoints.at(-1) as SignedCheckpoint);
    expect(repository.git("rev-parse", branch)).toBe(remote.git("rev-parse", branch));
  }
  expect(remote.files()).toEqual(Object.assign({}, ...checkpoints.map(fileOf)));
});

test("while the remote is down commits stay here, and are pushed when it is back", async (context) => {
  const [repository, remote] = [new Repository(context), new Repository(context, "--bare")];
  repository.git("remote", "add", "origin", remote.path);
  const ledger = await GrowingLedger.begin();
  const place = placeOf(ledger, repository, "origin");
  const first = ledger.grow(1);
  renameSync(remote.path, `${remote.path}.gone`);
  // Without a branch here nobody knows what the remote has: nothing is begun.
  expect(await outcome(place.keep(first))).toMatch(
    /^PLACE_UNREACHABLE: .* the remote origin does not answer: /,
  );
  expect(() => repository.git("rev-parse", "--verify", branch)).toThrow();
  renameSync(`${remote.path}.gone`, remote.path);
  await place.keep(first);
  renameSync(remote.path, `${remote.path}.gone`);
  const second = ledger.grow(1);
  for (let attempt = 0; attempt < 2; attempt += 1)
    expect(await outcome(place.keep(second))).toMatch(
      /^PLACE_UNREACHABLE: .*: the checkpoint is committed, but the remote origin does not answer: /,
    );
  expect(repository.files()).toEqual({ ...fileOf(first), ...fileOf(second) });
  renameSync(`${remote.path}.gone`, remote.path);
  await place.keep(second);
  expect(remote.files()).toEqual({ ...fileOf(first), ...fileOf(second) });
  expect(remote.git("rev-list", "--count", branch)).toBe("2");
});

test("a remote that refuses is told in its own words", async (context) => {
  const [repository, remote] = [new Repository(context), new Repository(context, "--bare")];
  repository.git("remote", "add", "origin", remote.path);
  const hook = join(remote.path, "hooks", "pre-receive");
  mkdirSync(join(remote.path, "hooks"), { recursive: true });
  writeFileSync(hook, "#!/bin/sh\necho not today >&2\nexit 1\n");
  chmodSync(hook, 0o755);
  const ledger = await GrowingLedger.begin();
  const refused = await outcome(placeOf(ledger, repository, "origin").keep(ledger.grow(1)));
  expect(refused).toMatch(
    /^PLACE_REFUSED: .*: the checkpoint is committed, but the remote origin refuses it: .*not today/,
  );
});

test("a rewritten ledger, and an older copy of it, are found and change nothing", async (context) => {
  const repository = new Repository(context);
  const ledger = await GrowingLedger.begin();
  const old = ledger.grow(3);
  const [forged, before] = [ledger.copy(), ledger.copy()];
  await placeOf(ledger, repository).keep(ledger.grow(3, "rm -rf /"));
  const tip = repository.git("rev-parse", branch);
  forged.grow(3, "ls");
  const rewritten = forged.grow(3, "more");
  expect(await outcome(placeOf(forged, repository).keep(rewritten))).toMatch(
    /^PLACE_CONTRADICTED: .*checkpoint in .* covers \d+ entries that are not the ledger's first — /,
  );
  expect(await outcome(placeOf(before, repository).keep(old))).toMatch(
    /^PLACE_CONTRADICTED: .* has published \d+ — /,
  );
  expect(repository.git("rev-parse", branch)).toBe(tip);
});

test("the remote remembers what somebody has taken out of the repository here", async (context) => {
  const [repository, remote] = [new Repository(context), new Repository(context, "--bare")];
  repository.git("remote", "add", "origin", remote.path);
  const ledger = await GrowingLedger.begin();
  ledger.grow(1);
  const forged = ledger.copy();
  await placeOf(ledger, repository, "origin").keep(ledger.grow(3, "rm -rf /"));
  repository.git("update-ref", "-d", `refs/heads/${branch}`);
  forged.grow(3, "ls");
  const rewritten = forged.grow(3, "more");
  expect(await outcome(placeOf(forged, repository, "origin").keep(rewritten))).toMatch(/^PLACE_CONTRADICTED/);
});

test("a branch that has another history at the remote is a contradiction", async (context) => {
  const [repository, other, remote] = [
    new Repository(context),
    new Repository(context),
    new Repository(context, "--bare"),
  ];
  for (const each of [repository, other]) each.git("remote", "add", "origin", remote.path);
  const ledger = await GrowingLedger.begin();
  const checkpoint = ledger.grow(1);
  await placeOf(ledger, repository).keep(checkpoint);
  other.git("commit", "--quiet", "--allow-empty", "-m", "another beginning");
  other.git("push", "--quiet", "origin", `HEAD:${branch}`);
  const tip = remote.git("rev-parse", branch);
  expect(await outcome(placeOf(ledger, repository, "origin").keep(ledger.grow(1)))).toMatch(
    /^PLACE_CONTRADICTED: .* the branch custody here and at the remote have different histories/,
  );
  expect(remote.git("rev-parse", branch)).toBe(tip);
});

test("what the ledger has not signed is no claim about its past", async (context) => {
  const repository = new Repository(context);
  const ledger = await GrowingLedger.begin();
  const checkpoint = ledger.grow(1);
  const foreign = await GrowingLedger.begin();
  await placeOf(foreign, repository).keep(foreign.grow(5));
  expect(await outcome(placeOf(ledger, repository).keep(checkpoint))).toMatch(/^EVIDENCE_INVALID/);
});

test.for<[name: string, prepare: (path: string) => void]>([
  ["a folder that is none", (path) => rmSync(join(path, ".git"), { recursive: true })],
  ["nothing", (path) => rmSync(path, { recursive: true })],
])("%s in the repository's place is told by name", async ([, prepare], context) => {
  const repository = new Repository(context);
  prepare(repository.path);
  const ledger = await GrowingLedger.begin();
  expect(await outcome(placeOf(ledger, repository).keep(ledger.grow(1)))).toMatch(
    new RegExp(`^PLACE_REFUSED: ${repository.path} is no git repository to use: `),
  );
});

test("without the program it says so", async (context) => {
  const repository = new Repository(context);
  const ledger = await GrowingLedger.begin();
  const place = gitPlace({
    repository: repository.path,
    branch,
    searchPath: "/nowhere",
    everyMs,
    ledger: ledger.ledger,
    logKey: ledger.logKey,
  });
  expect(await outcome(place.keep(ledger.grow(1)))).toBe(
    `PLACE_UNREACHABLE: ${repository.path}: git cannot be run — see whether git works there`,
  );
});
